package dev.anyloop.tck.rules.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.anyloop.PemFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Contexts of files as people have them: here, because here certificates are made. */
class PemFilesTest {

    /** Takes a second or more to make. */
    private static final KeyStore OF_RSA = Certificates.of("RSA");

    @TempDir
    Path directory;

    private Path chain;
    private Path key;

    @BeforeEach
    void writeFiles() throws Exception {
        Certificates all = Certificates.made();
        chain = write("chain.pem", "of localhost\n" + Certificates.certificatePem(all.ours));
        key = write("key.pem", Certificates.keyPem(all.ours));
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    @Test
    void aServerOfFilesIsTrustedByAClientOfFiles() throws Exception {
        shakeHands(PemFiles.identity(chain, key), PemFiles.trust(chain), false);
        SSLContext mutual = PemFiles.identityAndTrust(chain, key, chain);
        shakeHands(mutual, mutual, true);
    }

    @Test
    void keysMayBeOfOtherKinds() throws Exception {
        for (KeyStore store : List.of(OF_RSA, Certificates.of("EC"), Certificates.of("Ed25519"))) {
            Path certificate = write("certificate.pem", Certificates.certificatePem(store));
            shakeHands(PemFiles.identity(certificate, write("its.pem", Certificates.keyPem(store))), PemFiles.trust(certificate), false);
        }
    }

    @Test
    void nobodyIsTrustedButThoseOfTheFile() throws Exception {
        Path others = write("others.pem", Certificates.certificatePem(Certificates.made().others));
        assertThrows(SSLException.class, () -> shakeHands(PemFiles.identity(chain, key), PemFiles.trust(others), false));
    }

    @Test
    void linesMayEndAsOnWindows() throws Exception {
        shakeHands(PemFiles.identity(write("a", Files.readString(chain).replace("\n", "\r\n")),
                write("b", Files.readString(key).replace("\n", "\r\n"))), PemFiles.trust(chain), false);
    }

    @Test
    void whatIsWrongWithAFileIsSaidByItsName() throws Exception {
        Path missing = directory.resolve("missing.pem");
        assertUnreadable(NoSuchFileException.class, missing + ": is not there (looked for it as /", () -> PemFiles.trust(missing));
        assertUnreadable(FileSystemException.class, directory + ": is a directory (name the file in it)",
                () -> PemFiles.identity(chain, directory));
        assertRefused(write("empty.pem", " \n") + " is empty", () -> PemFiles.trust(directory.resolve("empty.pem")));
        assertRefused("no certificate in " + key, () -> PemFiles.trust(key));
        assertRefused("no BEGIN PRIVATE KEY in " + chain + ", but nothing", () -> PemFiles.identity(chain, chain));
        Path old = write("old.pem", Files.readString(key).replace("PRIVATE KEY", "RSA PRIVATE KEY"));
        assertRefused("no BEGIN PRIVATE KEY in " + old + ", but BEGIN RSA PRIVATE KEY (openssl pkcs8", () -> PemFiles.identity(chain, old));
        Path locked = write("locked.pem", Files.readString(old).replace("KEY-----\nM", "KEY-----\nProc-Type: 4,ENCRYPTED\n\nM"));
        assertRefused("no BEGIN PRIVATE KEY in " + locked + ", but BEGIN RSA PRIVATE KEY (openssl pkcs8", () -> PemFiles.identity(chain, locked));
        Path open = write("open.pem", Files.readString(chain).replaceFirst("-----END.*", "") + Files.readString(chain));
        assertRefused("BEGIN CERTIFICATE in " + open + " has no END before the next BEGIN", () -> PemFiles.trust(open));
        Path broken = write("broken.pem", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        assertRefused("no key of a known kind in " + broken, () -> PemFiles.identity(chain, broken));
        Path other = write("other.pem", Certificates.keyPem(Certificates.made().others));
        assertRefused("the key in " + other + " is not that of the first certificate in " + chain, () -> PemFiles.identity(chain, other));
        Path garbage = write("garbage.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        assertRefused("not a certificate in " + garbage, () -> PemFiles.trust(garbage));
    }

    @Test
    void aKeyOfAnotherLengthIsNotThatOfTheCertificateEither() throws Exception {
        Path shorter = write("shorter.pem", keyPem("RSA", 1024));
        Path ofRsa = write("rsa.pem", Certificates.certificatePem(OF_RSA));
        assertRefused("the key in " + shorter + " is not that of the first certificate in " + ofRsa, () -> PemFiles.identity(ofRsa, shorter));
        Path curve = write("curve.pem", keyPem("Ed448", 448));
        Path ofOther = write("ed25519.pem", Certificates.certificatePem(Certificates.of("Ed25519")));
        assertRefused("the key in " + curve + " is not that of the first certificate in " + ofOther, () -> PemFiles.identity(ofOther, curve));
    }

    private static String keyPem(String kind, int bits) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
        generator.initialize(bits);
        return "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(generator.generateKeyPair().getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
    }

    @Test
    void aChainOutOfOrderIsSaidByTheCertificateThatIsWrong() throws Exception {
        KeyStore[] issued = Certificates.forClients();
        Path itsKey = write("its-key.pem", Certificates.keyPem(issued[0]));
        String authority = Certificates.certificatePem(issued[1]);
        String stranger = Certificates.certificatePem(Certificates.made().others);
        Path whole = write("whole.pem", Certificates.certificatePem(issued[0]) + authority);
        PemFiles.identity(whole, itsKey);
        Path twice = write("twice.pem", Files.readString(whole) + authority);
        assertRefused("certificate 3 in " + twice + ", of \"OU=authority, CN=made for a test\", is there already (leave it out)",
                () -> PemFiles.identity(twice, itsKey));
        Path mixed = write("mixed.pem", Certificates.certificatePem(issued[0]) + stranger + authority);
        assertRefused("certificate 2 in " + mixed + ", of \"OU=others, CN=made for a test\", has not issued the one before it, which is by"
                + " \"OU=authority, CN=made for a test\" (", () -> PemFiles.identity(mixed, itsKey));
    }

    /** Those who may read everything, as root may, are refused nothing. */
    @Test
    void aFileThatMayNotBeReadIsSaidByItsName() throws Exception {
        Files.setPosixFilePermissions(key, Set.of());
        assumeFalse(Files.isReadable(key));
        assertUnreadable(AccessDeniedException.class, key + ": may not be read by this process (look at", () -> PemFiles.identity(chain, key));
    }

    private static void assertUnreadable(Class<? extends IOException> type, String message, Executable call) {
        String actual = assertThrows(type, call).getMessage();
        assertTrue(actual.startsWith(message), actual);
    }

    private static void assertRefused(String message, Executable call) {
        String actual = assertThrows(IllegalArgumentException.class, call).getMessage();
        assertTrue(actual.startsWith(message), actual);
    }

    /** In memory. */
    private static void shakeHands(SSLContext server, SSLContext client, boolean mutual) throws SSLException {
        SSLEngine one = server.createSSLEngine();
        one.setUseClientMode(false);
        one.setNeedClientAuth(mutual);
        SSLEngine other = client.createSSLEngine("localhost", 1);
        other.setUseClientMode(true);
        ByteBuffer there = ByteBuffer.allocate(1 << 16).flip();
        ByteBuffer back = ByteBuffer.allocate(1 << 16).flip();
        one.beginHandshake();
        other.beginHandshake();
        for (int i = 0; i < 100; i++) {
            step(other, back, there);
            step(one, there, back);
        }
        assertEquals(HandshakeStatus.NOT_HANDSHAKING, one.getHandshakeStatus());
        assertEquals(HandshakeStatus.NOT_HANDSHAKING, other.getHandshakeStatus());
        if (mutual) {
            assertEquals(1, one.getSession().getPeerCertificates().length);
        }
    }

    private static void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
        switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> engine.getDelegatedTask().run();
            case NEED_WRAP -> {
                out.compact();
                engine.wrap(ByteBuffer.allocate(0), out);
                out.flip();
            }
            default -> engine.unwrap(in, ByteBuffer.allocate(1 << 15));
        }
    }
}
