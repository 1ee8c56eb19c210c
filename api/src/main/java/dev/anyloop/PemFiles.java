package dev.anyloop;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes contexts for {@link TlsOptions} of PEM files, the format that certificates and keys usually come in. Reads the files
 * in the call, which blocks; may be called on any thread.
 */
public final class PemFiles {

    /** In which the key itself does not say which kind it is of. */
    private static final List<String> KEY_KINDS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS", "DSA");

    private static final Map<String, String> SIGNATURES =
            Map.of("EC", "SHA256withECDSA", "EdDSA", "EdDSA", "DSA", "SHA256withDSA");

    private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([^-\n]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

    private static final char[] NO_PASSWORD = {};

    private PemFiles() {}

    /**
     * For a server, or a client that has a certificate too: with a key, trusting whom the system trusts.
     *
     * @param chain the certificate of this side, then those that vouch for it
     * @param key its private key, PKCS#8 without a password: {@code BEGIN PRIVATE KEY}
     * @return a context
     * @throws IOException if a file cannot be read; the message names it and the way out
     * @throws IllegalArgumentException if one has not what it should have; the message names the file and the way out
     */
    public static SSLContext identity(Path chain, Path key) throws IOException {
        return context(Objects.requireNonNull(chain, "chain"), Objects.requireNonNull(key, "key"), null);
    }

    /**
     * For a client without a certificate: trusting nobody but these.
     *
     * @param authorities certificates of who may vouch for a server, or of the servers themselves
     * @return a context
     * @throws IOException if the file cannot be read; the message names it and the way out
     * @throws IllegalArgumentException if it has no certificates; the message names the file
     */
    public static SSLContext trust(Path authorities) throws IOException {
        return context(null, null, Objects.requireNonNull(authorities, "authorities"));
    }

    /**
     * For both sides of mutual TLS: with a key, trusting nobody but these.
     *
     * @param chain as for {@link #identity}
     * @param key as for {@link #identity}
     * @param authorities as for {@link #trust}
     * @return a context
     * @throws IOException if a file cannot be read; the message names it and the way out
     * @throws IllegalArgumentException if one has not what it should have; the message names the file and the way out
     */
    public static SSLContext identityAndTrust(Path chain, Path key, Path authorities) throws IOException {
        return context(Objects.requireNonNull(chain, "chain"), Objects.requireNonNull(key, "key"),
                Objects.requireNonNull(authorities, "authorities"));
    }

    private static SSLContext context(@Nullable Path chain, @Nullable Path key, @Nullable Path authorities)
            throws IOException {
        try {
            KeyManagerFactory keys = null;
            if (chain != null && key != null) {
                // not "PKIX", which decrypts the key anew for each handshake
                keys = KeyManagerFactory.getInstance("SunX509");
                keys.init(identityStore(chain, key), NO_PASSWORD);
            }
            TrustManagerFactory trust = null;
            if (authorities != null) {
                trust = TrustManagerFactory.getInstance("PKIX");
                trust.init(trustStore(authorities));
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys == null ? null : keys.getKeyManagers(), trust == null ? null : trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("no TLS context of " + chain + ", " + key + ", " + authorities + ": " + e.getMessage(), e);
        }
    }

    private static KeyStore identityStore(Path chain, Path key) throws IOException, GeneralSecurityException {
        KeyStore store = emptyStore();
        X509Certificate[] certificates = certificates(chain).toArray(new X509Certificate[0]);
        checkOrder(certificates, chain);
        PrivateKey identity = key(key);
        if (!belongTogether(identity, certificates[0].getPublicKey())) {
            throw new IllegalArgumentException("the key in " + key + " is not that of the first certificate in " + chain
                    + " (the certificate of this side comes first, those that vouch for it after it)");
        }
        store.setKeyEntry("identity", identity, NO_PASSWORD, certificates);
        return store;
    }

    /** As the store does, which does not say which one is wrong. */
    private static void checkOrder(X509Certificate[] certificates, Path chain) {
        for (int i = 1; i < certificates.length; i++) {
            Principal issuer = certificates[i - 1].getIssuerX500Principal();
            Principal subject = certificates[i].getSubjectX500Principal();
            String which = "certificate " + (i + 1) + " in " + chain + ", of \"" + subject + "\", ";
            if (!issuer.equals(subject)) {
                throw new IllegalArgumentException(which + "has not issued the one before it, which is by \"" + issuer
                        + "\" (the certificate of this side comes first, then whoever has issued it, then whoever has issued that one)");
            } else if (List.of(certificates).subList(0, i).contains(certificates[i])) {
                throw new IllegalArgumentException(which + "is there already (leave it out)");
            }
        }
    }

    /** Else every handshake would fail, and not say why. */
    private static boolean belongTogether(PrivateKey one, PublicKey other) throws GeneralSecurityException {
        if (one instanceof RSAKey key && other instanceof RSAKey certified) { // of either kind
            return key.getModulus().equals(certified.getModulus());
        }
        String algorithm = SIGNATURES.get(one.getAlgorithm());
        if (algorithm == null) {
            return true; // nobody knows
        } else if (!one.getAlgorithm().equals(other.getAlgorithm())) {
            return false;
        }
        Signature signature = Signature.getInstance(algorithm);
        byte[] anything = other.getEncoded(); // on JDK 17, EdDSA verifies no signature of nothing
        signature.initSign(one);
        signature.update(anything);
        byte[] signed = signature.sign();
        signature.initVerify(other);
        signature.update(anything);
        try {
            return signature.verify(signed);
        } catch (SignatureException e) {
            return false; // it is of another length
        }
    }

    private static KeyStore trustStore(Path authorities) throws IOException, GeneralSecurityException {
        KeyStore store = emptyStore();
        for (Certificate certificate : certificates(authorities)) {
            store.setCertificateEntry("authority " + store.size(), certificate);
        }
        return store;
    }

    private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }

    // ---- files ----

    private static List<X509Certificate> certificates(Path file) throws IOException, GeneralSecurityException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> found = new ArrayList<>();
        Matcher blocks = blocks(file);
        while (blocks.find()) {
            if (blocks.group(1).equals("CERTIFICATE")) {
                found.add(certificate(factory, bytes(file, blocks), file));
            }
        }
        if (found.isEmpty()) {
            throw new IllegalArgumentException("no certificate in " + file + " (it needs BEGIN and END CERTIFICATE;"
                    + " openssl x509 -inform DER -in FILE makes them of a binary file)");
        }
        return found;
    }

    private static X509Certificate certificate(CertificateFactory factory, byte[] encoded, Path file) {
        try {
            return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(encoded));
        } catch (CertificateException e) {
            throw new IllegalArgumentException("not a certificate in " + file + ": " + e.getMessage(), e);
        }
    }

    private static PrivateKey key(Path file) throws IOException {
        Matcher blocks = blocks(file);
        String other = "nothing";
        while (blocks.find()) {
            if (blocks.group(1).equals("PRIVATE KEY")) {
                return key(bytes(file, blocks), file);
            } else if (blocks.group(1).endsWith("PRIVATE KEY")) {
                other = "BEGIN " + blocks.group(1);
            }
        }
        throw new IllegalArgumentException("no BEGIN PRIVATE KEY in " + file + ", but " + other
                + " (openssl pkcs8 -topk8 -nocrypt -in FILE makes one of other keys)");
    }

    private static PrivateKey key(byte[] encoded, Path file) {
        List<String> missing = new ArrayList<>();
        for (String kind : KEY_KINDS) {
            try {
                return KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            } catch (NoSuchAlgorithmException e) {
                missing.add(kind);
            } catch (GeneralSecurityException e) {
                // another kind
            }
        }
        List<String> known = KEY_KINDS.stream().filter(kind -> !missing.contains(kind)).toList();
        throw new IllegalArgumentException("no key of a known kind in " + file + " (known are " + String.join(", ", known)
                + (missing.isEmpty() ? "" : "; this Java runtime has no " + String.join(", ", missing)
                        + ": before JDK 22, one made by jlink has EC and EdDSA if it has the module jdk.crypto.ec") + ")");
    }

    private static Matcher blocks(Path file) throws IOException {
        String text = read(file);
        if (text.isBlank()) {
            throw new IllegalArgumentException(file + " is empty (has whoever makes it written it yet?)");
        }
        return BLOCK.matcher(text);
    }

    /** In words that say what to do: those of the system are its path alone, or not even that. */
    private static String read(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "is a directory (name the file in it)");
        }
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw caused(new NoSuchFileException(file.toString(), null,
                    "is not there (looked for it as " + file.toAbsolutePath().normalize() + ")"), e);
        } catch (AccessDeniedException e) {
            throw caused(new AccessDeniedException(file.toString(), null,
                    "may not be read by this process (look at its owner and permissions, and at those of its directories)"), e);
        }
    }

    private static IOException caused(IOException told, IOException cause) {
        told.initCause(cause);
        return told;
    }

    private static byte[] bytes(Path file, Matcher block) {
        if (block.group(2).contains("-----BEGIN ")) {
            throw new IllegalArgumentException("BEGIN " + block.group(1) + " in " + file + " has no END before the next BEGIN");
        }
        try {
            return Base64.getMimeDecoder().decode(block.group(2));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("BEGIN " + block.group(1) + " in " + file + " is not base64: " + e.getMessage(), e);
        }
    }
}
