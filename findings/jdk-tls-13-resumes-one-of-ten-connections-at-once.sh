#!/bin/sh
# Of ten connections that a JDK client opens at once to a server it has a session of, one resumes it in TLS 1.3, and nine make the
# handshake in full; in TLS 1.2 all ten resume. So a pool that comes back after its server was away costs nearly as much as if there were
# no sessions.
#
# A ticket of TLS 1.3 should be used once (RFC 8446, C.4), so the JDK's client takes the session out of its cache when it begins, and the
# next to begin finds none until the first has a new ticket. RFC 8446 (4.6.1) has servers send several for that; the JDK's sends one. JDK
# 25 can send more, -Djdk.tls.server.newSessionTicketCount=10, and its client keeps ten then: with it all ten resume. JDK 17 knows no
# such setting. One after the other, which is how one measures whether sessions are resumed, all of them are.
#
# The server here answers once it has something of all ten, so that all have begun before anyone has a ticket.
# Seen with OpenJDK 17.0.15 and Temurin 25.0.3. Source: PreSharedKeyExtension.CHPreSharedKeyProducer, SSLSessionContextImpl and (25)
# SSLConfiguration.serverNewSessionTicketCount in sun.security.ssl.
# Needs a JDK (17 or later) on the PATH (or JAVA_HOME).
#
# Output seen, handshakes in full of ten connections when there is a session:
#   TLSv1.2: one after the other 0, at once 0
#   TLSv1.3: one after the other 0, at once 9
#   with ten tickets (25):
#   TLSv1.2: one after the other 0, at once 0
#   TLSv1.3: one after the other 0, at once 0
set -e
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
keytool=${JAVA_HOME:+$JAVA_HOME/bin/}keytool
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$keytool" -genkeypair -keyalg EC -groupname secp256r1 -dname CN=localhost -alias own -storetype PKCS12 \
    -keystore "$dir/own.p12" -storepass changeit >/dev/null 2>&1
cat > "$dir/AtOnce.java" <<'JAVA'
import java.io.FileInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.*;

public class AtOnce {
    static final int CONNECTIONS = 10;

    public static void main(String[] args) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(new FileInputStream(args[0]), "changeit".toCharArray());
        boolean several = "10".equals(System.getProperty("jdk.tls.server.newSessionTicketCount"));
        boolean asDescribed = true;
        for (String protocol : new String[] {"TLSv1.2", "TLSv1.3"}) {
            int inRow = inFull(store, protocol, 1);
            int atOnce = inFull(store, protocol, CONNECTIONS);
            System.out.println(protocol + ": one after the other " + inRow + ", at once " + atOnce);
            asDescribed &= inRow == 0 && atOnce == (protocol.equals("TLSv1.3") && !several ? CONNECTIONS - 1 : 0);
        }
        System.exit(asDescribed ? 0 : 1);
    }

    /** How many of ten handshakes are in full, of which so many are under way at once, after a first one. */
    static int inFull(KeyStore store, String protocol, int atOnce) throws Exception {
        AtomicInteger shown = new AtomicInteger();
        SSLContext client = SSLContext.getInstance("TLS");
        client.init(null, new TrustManager[] {new Counting(shown, store.getCertificate("own"))}, null);
        KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
        keys.init(store, "changeit".toCharArray());
        SSLContext server = SSLContext.getInstance("TLS");
        server.init(keys.getKeyManagers(), null, null);
        ExecutorService threads = Executors.newCachedThreadPool();
        try (ServerSocket listener = new ServerSocket(0, CONNECTIONS, InetAddress.getLoopbackAddress())) {
            connect(client, listener, server, protocol, 1, threads);
            int first = shown.get();
            for (int i = 0; i < CONNECTIONS; i += atOnce) {
                connect(client, listener, server, protocol, atOnce, threads);
            }
            if (first != 1) {
                throw new IllegalStateException("there is no session before");
            }
            return shown.get() - first;
        } finally {
            threads.shutdown();
        }
    }

    static void connect(SSLContext client, ServerSocket listener, SSLContext server, String protocol, int count, ExecutorService threads)
            throws Exception {
        Callable<Void> one = () -> {
            try (SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket(listener.getInetAddress(), listener.getLocalPort())) {
                socket.setEnabledProtocols(new String[] {protocol});
                socket.getOutputStream().write('a');
                socket.getInputStream().read(); // a ticket of TLS 1.3 comes before it
                socket.getInputStream().read();
            }
            return null;
        };
        List<Future<Void>> clients = new ArrayList<>();
        for (Callable<Void> each : Collections.nCopies(count, one)) {
            clients.add(threads.submit(each));
        }
        List<Socket> begun = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            begun.add(listener.accept());
        }
        for (Socket each : begun) {
            while (each.getInputStream().available() == 0) {
                Thread.sleep(1);
            }
        }
        List<Future<Void>> answers = new ArrayList<>();
        for (Socket each : begun) {
            answers.add(threads.submit(() -> {
                try (SSLSocket socket = (SSLSocket) server.getSocketFactory().createSocket(each, null, true)) {
                    socket.getInputStream().read();
                    socket.getOutputStream().write('b');
                }
                return null;
            }));
        }
        for (Future<Void> each : answers) {
            each.get();
        }
        for (Future<Void> each : clients) {
            each.get();
        }
    }

    record Counting(AtomicInteger shown, Certificate trusted) implements X509TrustManager {
        @Override public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            shown.incrementAndGet(); // only in a handshake in full
            if (!chain[0].equals(trusted)) {
                throw new CertificateException("another one");
            }
        }

        @Override public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("a client has none");
        }

        @Override public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
JAVA
"$java" -version 2>&1 | head -n 1
"$java" "$dir/AtOnce.java" "$dir/own.p12"
if "$java" --version | head -n 1 | grep -q '^openjdk 25'; then
    echo "with ten tickets (25):"
    "$java" -Djdk.tls.server.newSessionTicketCount=10 "$dir/AtOnce.java" "$dir/own.p12"
fi
