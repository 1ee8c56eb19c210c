package dev.anyloop.tck.rules.tls;

import static java.time.temporal.ChronoUnit.DAYS;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Objects;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** Keys and certificates, made when they are first needed, and gone with the process. Each certificate is its own authority. */
public final class Certificates {

    private static final char[] PASSWORD = "changeit".toCharArray();

    private static final GeneralName[] OURS = {new GeneralName(GeneralName.dNSName, "localhost"),
            new GeneralName(GeneralName.iPAddress, "127.0.0.1"), new GeneralName(GeneralName.iPAddress, "::1")};

    private static @Nullable Certificates made;

    /** Of localhost, 127.0.0.1 and ::1. */
    public final KeyStore ours = of("EC");

    /** Of other.example. */
    public final KeyStore others = selfSigned("others", key("EC"), new GeneralName(GeneralName.dNSName, "other.example"));

    private Certificates() {}

    /** Of 127.0.0.1, until yesterday, issued by an authority, which comes second; what is trusted itself may be of any age. */
    static KeyStore[] expired() {
        return issued(-10, -1);
    }

    /** The same, and valid. */
    static KeyStore[] issued() {
        return issued(-1, 30);
    }

    /** The same from tomorrow on. */
    static KeyStore[] early() {
        return issued(1, 10);
    }

    private static KeyStore[] issued(int fromDays, int toDays) {
        KeyPair root = key("EC");
        KeyStore authority = selfSigned("authority", root);
        KeyPair key = key("EC");
        Instant now = Instant.now();
        X509Certificate issued = sign("authority", root, "issued", key, now.plus(fromDays, DAYS), now.plus(toDays, DAYS), OURS[1]);
        return new KeyStore[] {store(key, issued, certificate(authority)), authority};
    }

    /** Of 127.0.0.1, issued by an authority, which comes second, for clients only. */
    static KeyStore[] forClients() {
        KeyPair root = key("EC");
        KeyStore authority = selfSigned("authority", root);
        KeyPair key = key("EC");
        Instant now = Instant.now();
        X509Certificate issued = sign(
                "authority", root, "client", key, now.minus(1, DAYS), now.plus(30, DAYS), KeyPurposeId.id_kp_clientAuth, OURS[1]);
        return new KeyStore[] {store(key, issued, certificate(authority)), authority};
    }

    /** Of localhost, issued by one that is issued by another, and so on. */
    public static KeyStore ofChain(int length) {
        KeyPair issuer = key("EC");
        KeyStore last = selfSigned("0", issuer);
        X509Certificate[] chain = new X509Certificate[length];
        chain[length - 1] = certificate(last);
        KeyPair key = issuer;
        Instant now = Instant.now();
        for (int i = 1; i < length; i++) {
            key = key("EC");
            chain[length - 1 - i] = sign(String.valueOf(i - 1), issuer, String.valueOf(i), key, now.minus(1, DAYS), now.plus(30, DAYS),
                    i == length - 1 ? OURS : new GeneralName[0]);
            issuer = key;
        }
        return store(key, chain);
    }

    /** Of localhost, with a key of that kind. */
    static KeyStore of(String algorithm) {
        return selfSigned("ours", key(algorithm), OURS);
    }

    private static KeyPair key(String algorithm) {
        try {
            return KeyPairGenerator.getInstance(algorithm).generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static KeyStore selfSigned(String name, KeyPair key, GeneralName... names) {
        Instant now = Instant.now();
        return store(key, sign(name, key, name, key, now.minus(1, DAYS), now.plus(30, DAYS), names));
    }

    private static X509Certificate sign(
            String authority, KeyPair by, String name, KeyPair of, Instant from, Instant until, GeneralName... names) {
        return sign(authority, by, name, of, from, until, null, names);
    }

    private static X509Certificate sign(String authority, KeyPair by, String name, KeyPair of, Instant from, Instant until,
            @Nullable KeyPurposeId purpose, GeneralName... names) {
        try {
            var certificate = new JcaX509v3CertificateBuilder(called(authority), new BigInteger(64, new SecureRandom()),
                    Date.from(from), Date.from(until), called(name), of.getPublic());
            if (names.length == 0) {
                certificate.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            } else {
                certificate.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
            }
            if (purpose != null) {
                certificate.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
            }
            return new JcaX509CertificateConverter().getCertificate(
                    certificate.build(new JcaContentSignerBuilder(signature(by.getPrivate())).build(by.getPrivate())));
        } catch (IOException | OperatorCreationException | GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String signature(PrivateKey key) {
        return switch (key.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> "Ed25519";
        };
    }

    private static X500Name called(String name) {
        return new X500Name("CN=made for a test, OU=" + name);
    }

    /** In memory only, and of the type whose passwords cost least. */
    private static KeyStore store(KeyPair key, X509Certificate... chain) {
        try {
            KeyStore store = KeyStore.getInstance("JKS");
            store.load(null, null);
            store.setKeyEntry("key", key.getPrivate(), PASSWORD, chain);
            return store;
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static X509Certificate certificate(KeyStore store) {
        try {
            return (X509Certificate) store.getCertificate("key");
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    public static synchronized Certificates made() {
        if (made == null) {
            made = new Certificates();
        }
        return made;
    }

    /** A context with the key of one, or without any, that trusts some. */
    public static SSLContext context(@Nullable KeyStore identity, KeyStore... trusted) {
        try {
            return context(keys(identity), trust(trusted));
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }

    static SSLContext context(KeyManager @Nullable [] keys, TrustManager[] trust) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trust, null);
        return context;
    }

    static KeyManager @Nullable [] keys(@Nullable KeyStore identity) throws GeneralSecurityException {
        if (identity == null) {
            return null;
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
        keys.init(identity, PASSWORD);
        return keys.getKeyManagers();
    }

    static TrustManager[] trust(KeyStore... trusted) throws GeneralSecurityException, IOException {
        KeyStore all = KeyStore.getInstance("JKS");
        all.load(null, null);
        for (int i = 0; i < trusted.length; i++) {
            all.setCertificateEntry("trusted" + i, trusted[i].getCertificate("key"));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(all);
        return trust.getTrustManagers();
    }

    /** The certificate, as in a PEM file. */
    public static String certificatePem(KeyStore store) throws GeneralSecurityException {
        return pem("CERTIFICATE", store.getCertificate("key").getEncoded());
    }

    /** The key, as in a PEM file. */
    public static String keyPem(KeyStore store) throws GeneralSecurityException {
        return pem("PRIVATE KEY", Objects.requireNonNull(store.getKey("key", PASSWORD)).getEncoded());
    }

    private static String pem(String what, byte[] encoded) {
        return "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded)
                + "\n-----END " + what + "-----\n";
    }
}
