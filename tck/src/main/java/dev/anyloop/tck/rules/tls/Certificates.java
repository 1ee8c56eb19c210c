package dev.anyloop.tck.rules.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * Keys and certificates, made by the JDK's keytool when they are first needed, and gone with the process. Each certificate is
 * its own authority.
 */
public final class Certificates {

    private static final char[] PASSWORD = "changeit".toCharArray();

    private static final String[] OURS = {"-ext", "san=dns:localhost,ip:127.0.0.1,ip:0:0:0:0:0:0:0:1"};

    private static @Nullable Certificates made;

    /** Of localhost, 127.0.0.1 and ::1. */
    public final KeyStore ours;

    /** Of other.example. */
    public final KeyStore others;

    private Certificates() throws Exception {
        try (Workshop workshop = new Workshop()) {
            ours = workshop.make("ours", OURS);
            others = workshop.make("others", "-ext", "san=dns:other.example");
        }
    }

    /** Of 127.0.0.1, until yesterday, issued by an authority, which comes second; what is trusted itself may be of any age. */
    static KeyStore[] expired() {
        try (Workshop workshop = new Workshop()) {
            return workshop.makeExpired();
        } catch (Exception e) {
            throw new TestAbortedException("no certificates can be made here: " + e, e);
        }
    }

    /** Of localhost, with a key of the kind that keytool is told by these. */
    static KeyStore of(String... kind) {
        try (Workshop workshop = new Workshop()) {
            return workshop.make("other kind", List.of(kind), OURS);
        } catch (Exception e) {
            throw new TestAbortedException("no certificates can be made here: " + e, e);
        }
    }

    /** Where they are made, and nothing is left. */
    private static final class Workshop implements AutoCloseable {

        private final Path directory;

        Workshop() throws IOException {
            directory = Files.createTempDirectory("anyloop-tls");
        }

        KeyStore make(String name, String... more) throws Exception {
            return make(name, List.of("-keyalg", "RSA", "-keysize", "2048"), more);
        }

        KeyStore make(String name, List<String> kind, String... more) throws Exception {
            List<String> options = new ArrayList<>(
                    List.of("-genkeypair", "-dname", "CN=made for a test, OU=" + name, "-validity", "30"));
            options.addAll(kind);
            options.addAll(List.of(more));
            keytool(name, options.toArray(new String[0]));
            return load(name);
        }

        KeyStore[] makeExpired() throws Exception {
            KeyStore authority = make("authority", "-ext", "bc:c");
            make("expired");
            keytool("expired", "-certreq", "-file", file("request"));
            keytool("authority", "-gencert", "-infile", file("request"), "-outfile", file("issued"), "-ext", "san=ip:127.0.0.1",
                    "-startdate", "-10d", "-validity", "9");
            keytool("authority", "-exportcert", "-file", file("root"));
            keytool("expired", "-importcert", "-noprompt", "-file", file("root"), "-alias", "root");
            keytool("expired", "-importcert", "-noprompt", "-file", file("issued"));
            return new KeyStore[] {load("expired"), authority};
        }

        private String file(String name) {
            return directory.resolve(name).toString();
        }

        private void keytool(String store, String... options) throws Exception {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-J-XX:TieredStopAtLevel=1"));
            command.addAll(List.of(options));
            if (!command.contains("-alias")) {
                command.addAll(List.of("-alias", "key"));
            }
            command.addAll(List.of("-storetype", "PKCS12", "-keystore", file(store), "-storepass", new String(PASSWORD)));
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException("keytool: " + said);
            }
        }

        private KeyStore load(String name) throws Exception {
            try (InputStream in = Files.newInputStream(directory.resolve(name))) {
                KeyStore store = KeyStore.getInstance("PKCS12");
                store.load(in, PASSWORD);
                return store;
            }
        }

        @Override
        public void close() throws IOException {
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
        }
    }

    public static synchronized Certificates made() {
        if (made == null) {
            try {
                made = new Certificates();
            } catch (Exception e) {
                throw new TestAbortedException("no certificates can be made here: " + e, e);
            }
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

    private static KeyManager @Nullable [] keys(@Nullable KeyStore identity) throws GeneralSecurityException {
        if (identity == null) {
            return null;
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
        keys.init(identity, PASSWORD);
        return keys.getKeyManagers();
    }

    static TrustManager[] trust(KeyStore... trusted) throws GeneralSecurityException, IOException {
        KeyStore all = KeyStore.getInstance("PKCS12");
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
