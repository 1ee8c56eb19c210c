#!/bin/sh
# An SSLEngine of the JDK is a third slower when what it works in is a direct buffer: the destination of wrap, the source of unwrap.
#
# The cipher works in place: wrap copies the plaintext into the destination and encrypts it there, unwrap decrypts in the source and
# copies the plaintext out. There AES-GCM takes a heap buffer faster; the buffer on the other side may be of either kind. So who
# hands the engine the direct buffers that channels want, so as to save a copy, loses more by that than the copy takes.
#
# Seen, 16,367 bytes in TLS 1.3, TLS_AES_128_GCM_SHA256, x86-64 with AES instructions, ns with direct and with heap:
#   OpenJDK 17.0.15: wrap 3,537 and 2,676, unwrap 3,349 and 2,461;  Temurin 25.0.3: wrap 3,712 and 1,935, unwrap 3,543 and 2,512
# Source: SSLEngineImpl, SSLCipher.T13GcmWriteCipher and T13GcmReadCipher, com.sun.crypto.provider.GaloisCounterMode.
# The figures are the lower third of the samples, so that other work on the machine does not matter. Fails if direct is less than
# a tenth slower, either way. Needs JDK 17 or later on the PATH (or JAVA_HOME).
set -e
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
keytool=${JAVA_HOME:+$JAVA_HOME/bin/}keytool
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$keytool" -genkeypair -keyalg EC -groupname secp256r1 -dname CN=localhost -alias own -storetype PKCS12 \
    -keystore "$dir/own.p12" -storepass changeit >/dev/null 2>&1
cat > "$dir/Buffers.java" <<'JAVA'
import java.io.FileInputStream;
import java.nio.ByteBuffer;
import java.security.KeyStore;
import java.util.Arrays;
import javax.net.ssl.*;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;

public class Buffers {
    static final int BYTES = 16_367;
    static final int TIMES = 8_000;

    public static void main(String[] args) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(new FileInputStream(args[0]), "changeit".toCharArray());
        KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
        keys.init(store, "changeit".toCharArray());
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("own", store.getCertificate("own"));
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        long[] direct = null, heap = null;
        for (int round = 0; round < 3; round++) { // the first ones are for the compiler
            direct = measure(context, true);
            heap = measure(context, false);
        }
        System.out.println("OpenJDK " + System.getProperty("java.version") + ", " + BYTES + " bytes, ns");
        System.out.println("wrap to a direct buffer " + direct[0] + ", to a heap buffer " + heap[0]);
        System.out.println("unwrap from a direct buffer " + direct[1] + ", from a heap buffer " + heap[1]);
        System.exit(direct[0] > 1.1 * heap[0] && direct[1] > 1.1 * heap[1] ? 0 : 1);
    }

    /** With what is worked in on the heap or not, and everything else alike. */
    static long[] measure(SSLContext context, boolean direct) throws Exception {
        SSLEngine server = context.createSSLEngine();
        SSLEngine client = context.createSSLEngine("localhost", 1);
        server.setUseClientMode(false);
        client.setUseClientMode(true);
        SSLParameters parameters = client.getSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3"});
        parameters.setCipherSuites(new String[] {"TLS_AES_128_GCM_SHA256"});
        client.setSSLParameters(parameters);
        shakeHands(client, server);
        ByteBuffer plain = ByteBuffer.allocateDirect(BYTES);
        ByteBuffer record = direct ? ByteBuffer.allocateDirect(20_000) : ByteBuffer.allocate(20_000);
        ByteBuffer back = ByteBuffer.allocateDirect(20_000);
        long[] wraps = new long[TIMES];
        long[] unwraps = new long[TIMES];
        for (int i = 0; i < TIMES; i++) {
            long begun = System.nanoTime();
            client.wrap(plain.clear(), record.clear());
            long wrapped = System.nanoTime();
            server.unwrap(record.flip(), back.clear());
            unwraps[i] = System.nanoTime() - wrapped;
            wraps[i] = wrapped - begun;
            if (back.position() != BYTES) {
                throw new IllegalStateException("not what was sent");
            }
        }
        Arrays.sort(wraps);
        Arrays.sort(unwraps);
        return new long[] {wraps[TIMES / 3], unwraps[TIMES / 3]};
    }

    static void shakeHands(SSLEngine client, SSLEngine server) throws Exception {
        ByteBuffer toServer = ByteBuffer.allocate(40_000);
        ByteBuffer toClient = ByteBuffer.allocate(40_000);
        client.beginHandshake();
        server.beginHandshake();
        for (int i = 0; i < 40; i++) {
            step(client, toClient, toServer);
            step(server, toServer, toClient);
        }
    }

    static void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws Exception {
        if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            engine.wrap(ByteBuffer.allocate(0), out);
        } else {
            engine.unwrap(in.flip(), ByteBuffer.allocate(20_000));
            in.compact();
        }
        for (Runnable task; (task = engine.getDelegatedTask()) != null; ) {
            task.run();
        }
    }
}
JAVA
"$java" "$dir/Buffers.java" "$dir/own.p12"
