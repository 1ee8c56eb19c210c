package dev.anyloop.examples;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A key and a certificate of this machine, made on the spot with the JDK's keytool: to try things out. Whoever trusts the file
 * gets a connection that is secure, but nobody vouches for it.
 */
final class OwnCertificate {

    private final SSLContext context;
    private final Path file;

    private OwnCertificate(SSLContext context, Path file) {
        this.context = context;
        this.file = file;
    }

    /** Of localhost and the loopback addresses, for a week. */
    static OwnCertificate make() throws IOException, GeneralSecurityException, InterruptedException {
        Path directory = Files.createTempDirectory("anyloop-tls");
        Path store = directory.resolve("key.p12");
        Path file = directory.resolve("ca.pem");
        directory.toFile().deleteOnExit();
        file.toFile().deleteOnExit(); // before what it is in
        try {
            return new OwnCertificate(context(store, file), file);
        } finally {
            Files.deleteIfExists(store);
        }
    }

    private static SSLContext context(Path store, Path file) throws IOException, GeneralSecurityException, InterruptedException {
        String password = UUID.randomUUID().toString();
        keytool("-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=localhost", "-validity", "7",
                "-ext", "san=dns:localhost,ip:127.0.0.1,ip:0:0:0:0:0:0:0:1", "-alias", "own", "-storetype", "PKCS12",
                "-keystore", store.toString(), "-storepass", password);
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, password.toCharArray());
        }
        Files.writeString(file, pem(keys.getCertificate("own")));
        KeyManagerFactory managers = KeyManagerFactory.getInstance("SunX509");
        managers.init(keys, password.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private static String pem(Certificate certificate) throws CertificateEncodingException {
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }

    /** In a virtual machine of its own, which is done long before its second compiler would pay. */
    private static void keytool(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.add("-J-XX:TieredStopAtLevel=1");
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("keytool: " + said);
        }
    }

    /** Has the key, and goes with the process. */
    SSLContext context() {
        return context;
    }

    /** What clients have to trust, as PEM. */
    Path file() {
        return file;
    }
}
