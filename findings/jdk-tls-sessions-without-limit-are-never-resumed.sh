#!/bin/sh
# A TLS server of the JDK whose sessions may live without limit, setSessionTimeout(0), resumes none of them; nor does one that gives them
# a week and a second. With a week all are resumed. So who wants fewer handshakes in full, and raises the limit for it, has nothing else.
#
# SSLSessionContext says of the timeout that "zero means there is no limit", and knows no largest one. The server sends the number as the
# life time of its tickets: 0 tells a client of TLS 1.3 to throw the ticket away, and for more than seven days, which RFC 8446 (4.6.1)
# forbids as life time, the JDK sends no ticket, instead of one for seven days. TLS 1.2 has no such bound, and says that 0 is "not
# specified" (RFC 5077, 3.3); since the JDK's tickets are on by default (13), it is the same there. If the server keeps the sessions,
# -Djdk.tls.server.enableSessionTicketExtension=false, TLS 1.2 goes by the documentation, and TLS 1.3 does not. Nothing is logged but
# with javax.net.debug.
#
# Seen with OpenJDK 17.0.15 and Temurin 25.0.3. Source: sun.security.ssl.NewSessionTicket, where MAX_TICKET_LIFETIME is 604,800 s;
# javax.net.ssl.SSLSessionContext.setSessionTimeout. Both sides are the JDK here, the client has its defaults (a day).
# Needs a JDK (17 or later) on the PATH (or JAVA_HOME).
#
# Output seen, handshakes in full of six connections one after the other:
#   as it comes:      TLSv1.2: a day 1, a week 1, a week and a second 6, no limit 6
#   as it comes:      TLSv1.3: a day 1, a week 1, a week and a second 6, no limit 6
#   state is kept:    TLSv1.2: a day 1, a week 1, a week and a second 1, no limit 1
#   state is kept:    TLSv1.3: a day 1, a week 1, a week and a second 6, no limit 6
set -e
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
keytool=${JAVA_HOME:+$JAVA_HOME/bin/}keytool
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$keytool" -genkeypair -keyalg EC -groupname secp256r1 -dname CN=localhost -alias own -storetype PKCS12 \
    -keystore "$dir/own.p12" -storepass changeit >/dev/null 2>&1
cat > "$dir/Limits.java" <<'JAVA'
import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.*;

public class Limits {
    static final int CONNECTIONS = 6;

    public static void main(String[] args) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(new FileInputStream(args[0]), "changeit".toCharArray());
        boolean kept = "false".equals(System.getProperty("jdk.tls.server.enableSessionTicketExtension"));
        boolean asDescribed = true;
        for (String protocol : new String[] {"TLSv1.2", "TLSv1.3"}) {
            int day = inFull(store, protocol, 86_400);
            int week = inFull(store, protocol, 604_800);
            int more = inFull(store, protocol, 604_801);
            int none = inFull(store, protocol, 0);
            System.out.println((kept ? "state is kept:    " : "as it comes:      ") + protocol + ": a day " + day + ", a week " + week
                    + ", a week and a second " + more + ", no limit " + none);
            int expected = kept && protocol.equals("TLSv1.2") ? 1 : CONNECTIONS;
            asDescribed &= day == 1 && week == 1 && more == expected && none == expected;
        }
        System.exit(asDescribed ? 0 : 1);
    }

    /** How many handshakes are in full: only there the client is shown a certificate. */
    static int inFull(KeyStore store, String protocol, int timeout) throws Exception {
        AtomicInteger shown = new AtomicInteger();
        SSLContext client = SSLContext.getInstance("TLS");
        client.init(null, new TrustManager[] {new Counting(shown, store.getCertificate("own"))}, null);
        KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
        keys.init(store, "changeit".toCharArray());
        SSLContext server = SSLContext.getInstance("TLS");
        server.init(keys.getKeyManagers(), null, null);
        server.getServerSessionContext().setSessionTimeout(timeout);
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (SSLServerSocket listener = (SSLServerSocket) server.getServerSocketFactory().createServerSocket(0, 5, loopback)) {
            Thread greeter = new Thread(() -> greet(listener));
            greeter.setDaemon(true);
            greeter.start();
            for (int i = 0; i < CONNECTIONS; i++) {
                try (SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket(loopback, listener.getLocalPort())) {
                    socket.setEnabledProtocols(new String[] {protocol});
                    socket.getInputStream().read(); // a ticket of TLS 1.3 comes before it
                    socket.getOutputStream().write('b');
                }
            }
            greeter.join();
        }
        return shown.get();
    }

    static void greet(SSLServerSocket listener) {
        for (int i = 0; i < CONNECTIONS; i++) {
            try (SSLSocket socket = (SSLSocket) listener.accept()) {
                socket.getOutputStream().write('a');
                socket.getInputStream().read();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    record Counting(AtomicInteger shown, java.security.cert.Certificate trusted) implements X509TrustManager {
        @Override public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            shown.incrementAndGet();
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
"$java" "$dir/Limits.java" "$dir/own.p12"
"$java" -Djdk.tls.server.enableSessionTicketExtension=false "$dir/Limits.java" "$dir/own.p12"
