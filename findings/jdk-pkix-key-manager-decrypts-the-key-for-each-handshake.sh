#!/bin/sh
# With the JDK's key manager "PKIX" a TLS server takes its private key out of the key store, and decrypts it, in each full handshake: a
# hundred handshakes are a hundred decryptions. With "SunX509" it is one, when it is initialized.
#
# The guide to the JDK's providers says of SunX509 that it is for compatibility and should not be used any more, and there is a change to
# make PKIX the default, as it is for trust managers. It keeps the entries that it has found, ten of them; but the aliases it looks them up
# by have a number that it gives to each handshake anew, so that none is ever found again. The key of a PKCS12 store, the default kind
# since JDK 9, is encrypted under a key that is derived from the password by 10,000 rounds on purpose, to make it slow: some 4 ms of
# processor time, more than all the rest that a server does for a handshake.
#
# Seen with OpenJDK 17.0.15 and Temurin 25.0.3. What is counted here are the calls of KeyStoreSpi.engineGetKey; none of the connections is
# resumed. Source: sun.security.ssl.X509KeyManagerImpl (makeAlias with uidCounter, entryCacheMap), SunX509KeyManagerImpl; JDK-8322767 and
# JDK-8272875, with the reports of those who have met it, https://github.com/openjdk/jdk/pull/17956 (2024, not taken),
# https://github.com/openjdk/jdk/pull/24756 (2025).
# Needs a JDK (17 or later) on the PATH (or JAVA_HOME).
#
# Output seen, of a key in PKCS12 (times differ):
#   SunX509: the key is taken out 1 time before, 0 times in 100 handshakes
#   PKIX: the key is taken out 0 times before, 100 times in 100 handshakes, 4.1 ms of processor time each
set -e
bin=${JAVA_HOME:+$JAVA_HOME/bin/}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"${bin}keytool" -genkeypair -alias key -keyalg EC -groupname secp256r1 -dname CN=x -storetype PKCS12 -keystore "$dir/key.p12" \
    -storepass password 2> "$dir/err" || { cat "$dir/err"; exit 1; }
cat > "$dir/Keys.java" <<'JAVA'
import java.io.File;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.security.Key;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.KeyStoreSpi;
import java.security.NoSuchAlgorithmException;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.util.Collections;
import java.util.Date;
import java.util.Enumeration;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.TrustManagerFactory;

public class Keys {
    static final char[] PASSWORD = "password".toCharArray();
    static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    static int taken;
    static long nanos;

    public static void main(String[] args) throws Exception {
        KeyStore store = KeyStore.getInstance(new File(args[0]), PASSWORD);
        boolean asSeen = tell(store, "SunX509", 1, 0) & tell(store, "PKIX", 0, 100);
        System.exit(asSeen ? 0 : 1);
    }

    static boolean tell(KeyStore store, String algorithm, int beforeSeen, int duringSeen) throws Exception {
        KeyStore counted = new KeyStore(new Counting(store), store.getProvider(), "counting") {
        };
        counted.load(null, null);
        taken = 0;
        KeyManagerFactory keys = KeyManagerFactory.getInstance(algorithm);
        keys.init(counted, PASSWORD);
        int before = taken;
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        taken = 0;
        nanos = 0;
        for (int i = 0; i < 100; i++) {
            handshake(context);
        }
        System.out.println(algorithm + ": the key is taken out " + before + (before == 1 ? " time" : " times") + " before, " + taken
                + " times in 100 handshakes" + (taken > 0 ? String.format(", %.1f ms of processor time each", nanos / 1e6 / taken) : ""));
        return before == beforeSeen && taken == duringSeen;
    }

    /** A handshake in full: engines that are not told host and port resume nothing. */
    static void handshake(SSLContext context) throws Exception {
        SSLEngine client = context.createSSLEngine();
        client.setUseClientMode(true);
        SSLEngine server = context.createSSLEngine();
        server.setUseClientMode(false);
        client.beginHandshake();
        server.beginHandshake();
        ByteBuffer toServer = ByteBuffer.allocate(1 << 16).flip();
        ByteBuffer toClient = ByteBuffer.allocate(1 << 16).flip();
        for (int i = 0; i < 20; i++) {
            turn(client, toClient, toServer);
            turn(server, toServer, toClient);
        }
        if (client.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING
                || server.getSession().getCipherSuite().equals("SSL_NULL_WITH_NULL_NULL")) {
            throw new IllegalStateException("no handshake");
        }
    }

    /** Does what this engine can do now. */
    static void turn(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws Exception {
        ByteBuffer none = ByteBuffer.allocate(1 << 16);
        for (;;) {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK:
                    engine.getDelegatedTask().run();
                    break;
                case NEED_WRAP:
                    out.compact();
                    engine.wrap(ByteBuffer.allocate(0), out);
                    out.flip();
                    break;
                default:
                    if (!in.hasRemaining() || engine.unwrap(in, none).bytesConsumed() == 0) {
                        return;
                    }
            }
        }
    }

    /** A key store with one key that another has, which counts and times what is asked of it. */
    static class Counting extends KeyStoreSpi {
        final KeyStore store;

        Counting(KeyStore store) {
            this.store = store;
        }

        @Override
        public Key engineGetKey(String alias, char[] password) throws NoSuchAlgorithmException, UnrecoverableKeyException {
            long start = THREADS.getCurrentThreadCpuTime();
            try {
                return store.getKey(alias, password);
            } catch (KeyStoreException e) {
                throw new IllegalStateException(e);
            } finally {
                taken++;
                nanos += THREADS.getCurrentThreadCpuTime() - start;
            }
        }

        @Override
        public Certificate[] engineGetCertificateChain(String alias) {
            try {
                return store.getCertificateChain(alias);
            } catch (KeyStoreException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public Certificate engineGetCertificate(String alias) {
            return engineGetCertificateChain(alias)[0];
        }

        @Override
        public Date engineGetCreationDate(String alias) {
            return new Date(0);
        }

        @Override
        public Enumeration<String> engineAliases() {
            return Collections.enumeration(Collections.singleton("key"));
        }

        @Override
        public boolean engineContainsAlias(String alias) {
            return alias.equals("key");
        }

        @Override
        public int engineSize() {
            return 1;
        }

        @Override
        public boolean engineIsKeyEntry(String alias) {
            return engineContainsAlias(alias);
        }

        @Override
        public boolean engineIsCertificateEntry(String alias) {
            return false;
        }

        @Override
        public String engineGetCertificateAlias(Certificate certificate) {
            return null;
        }

        @Override
        public void engineSetKeyEntry(String alias, Key key, char[] password, Certificate[] chain) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void engineSetKeyEntry(String alias, byte[] key, Certificate[] chain) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void engineSetCertificateEntry(String alias, Certificate certificate) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void engineDeleteEntry(String alias) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void engineStore(OutputStream stream, char[] password) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void engineLoad(InputStream stream, char[] password) {
        }
    }
}
JAVA
"${bin}java" "$dir/Keys.java" "$dir/key.p12"
