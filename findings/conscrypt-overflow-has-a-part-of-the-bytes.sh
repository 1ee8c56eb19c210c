#!/bin/sh
# Conscrypt's SSLEngine says BUFFER_OVERFLOW, "not enough bytes available in the destination buffer to hold the result", and has put a part
# of the result there; the record is taken from the source, and the rest comes when unwrap() is called with nothing to unwrap.
#
# SSLEngine "produces/consumes complete SSL/TLS/DTLS packets only, and does not store application data internally between calls": the JDK's
# engine, and Bouncy Castle's, leave source and destination alone then, so one gives them a larger buffer, a new one as well, and the same
# source. With Conscrypt whoever takes a new buffer loses what is in the old one, and whoever calls unwrap() while the source has bytes, as
# loops do, leaves the rest in the engine until the peer sends something more. Nobody sees it who always offers getApplicationBufferSize()
# bytes; who keeps one buffer and reads on into what is left of it, does. Netty's own OpenSSL engine was the same and was changed for this.
#
# Seen with Conscrypt 2.9.0, Bouncy Castle 1.82 (bctls), OpenJDK 17.0.15 and Temurin 25.0.3, TLS 1.3, Linux x86-64. Source:
# ConscryptEngine.unwrap, readPlaintextData; the Javadoc of javax.net.ssl.SSLEngine, quoted above, and SSLEngineResult.Status;
# https://github.com/netty/netty/issues/5975.
# Needs a JDK (17 or later) and Maven on the PATH.
#
# Output seen, of a record of 3,000 bytes, unwrapped into buffers of 1,000:
#   JDK: BUFFER_OVERFLOW, takes all of 3038 false, gives 0; with an empty source: BUFFER_UNDERFLOW, gives 0
#   Bouncy Castle: BUFFER_OVERFLOW, takes all of 3038 false, gives 0; with an empty source: BUFFER_UNDERFLOW, gives 0
#   Conscrypt: BUFFER_OVERFLOW, takes all of 3038 true, gives 1000; with an empty source: BUFFER_OVERFLOW, gives 1000
set -e
bin=${JAVA_HOME:+$JAVA_HOME/bin/}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/pom.xml" <<XML
<project><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version><dependencies>
<dependency><groupId>org.conscrypt</groupId><artifactId>conscrypt-openjdk-uber</artifactId><version>2.9.0</version></dependency>
<dependency><groupId>org.bouncycastle</groupId><artifactId>bctls-jdk18on</artifactId><version>1.82</version></dependency>
</dependencies></project>
XML
mvn -q -B -f "$dir/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies \
    -DoutputDirectory="$dir/lib"
"${bin}keytool" -genkeypair -alias x -keyalg RSA -keysize 2048 -dname CN=localhost -ext san=dns:localhost -validity 10000 -storetype PKCS12 \
    -keystore "$dir/keys" -storepass changeit 2> "$dir/err" || { cat "$dir/err"; exit 2; }
cat > "$dir/Overflow.java" <<'JAVA'
import java.io.File;
import java.nio.ByteBuffer;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;
import org.conscrypt.Conscrypt;

public class Overflow {
    public static void main(String[] args) throws Exception {
        boolean asSeen = true;
        for (String of : new String[] {"JDK", "Bouncy Castle", "Conscrypt"}) {
            SSLEngine[] engines = pair(context("JDK", args[0]), context(of, args[0]));
            ByteBuffer record = ByteBuffer.allocate(1 << 16);
            engines[0].wrap(ByteBuffer.allocate(3000), record);
            record.flip();
            int length = record.remaining();
            SSLEngineResult first = engines[1].unwrap(record, ByteBuffer.allocate(1000));
            SSLEngineResult second = engines[1].unwrap(ByteBuffer.allocate(0), ByteBuffer.allocate(1000));
            System.out.println(of + ": " + first.getStatus() + ", takes all of " + length + " " + !record.hasRemaining() + ", gives "
                    + first.bytesProduced() + "; with an empty source: " + second.getStatus() + ", gives " + second.bytesProduced());
            boolean keeps = of.equals("Conscrypt");
            asSeen &= first.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW && first.bytesConsumed() == (keeps ? length : 0)
                    && first.bytesProduced() == (keeps ? 1000 : 0) && second.bytesProduced() == (keeps ? 1000 : 0);
        }
        System.exit(asSeen ? 0 : 1);
    }

    static SSLContext context(String of, String keys) throws Exception {
        char[] password = "changeit".toCharArray();
        KeyStore store = KeyStore.getInstance(new File(keys), password);
        KeyManagerFactory key = KeyManagerFactory.getInstance("SunX509");
        key.init(store, password);
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        SSLContext context = of.equals("JDK") ? SSLContext.getInstance("TLS")
                : SSLContext.getInstance("TLS", of.equals("Conscrypt") ? Conscrypt.newProvider()
                        : new BouncyCastleJsseProvider(new BouncyCastleProvider()));
        context.init(key.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    /** Two engines that have shaken hands, the first one's the client. */
    static SSLEngine[] pair(SSLContext client, SSLContext server) throws SSLException {
        SSLEngine[] engines = {client.createSSLEngine("localhost", 1), server.createSSLEngine("localhost", 2)};
        ByteBuffer[] sent = {ByteBuffer.allocate(1 << 16).flip(), ByteBuffer.allocate(1 << 16).flip()};
        for (int i = 0; i < 2; i++) {
            engines[i].setUseClientMode(i == 0);
            engines[i].setEnabledProtocols(new String[] {"TLSv1.3"});
            engines[i].beginHandshake();
        }
        for (int round = 0; round < 50; round++) {
            int i = round % 2;
            for (boolean goesOn = true; goesOn; ) {
                goesOn = step(engines[i], sent[1 - i], sent[i]);
            }
        }
        return engines;
    }

    /** Does one thing of a handshake, or reads a ticket; whether there was anything to do. */
    static boolean step(SSLEngine engine, ByteBuffer from, ByteBuffer to) throws SSLException {
        switch (engine.getHandshakeStatus()) {
            case NEED_TASK:
                engine.getDelegatedTask().run();
                return true;
            case NEED_WRAP:
                to.compact();
                engine.wrap(ByteBuffer.allocate(0), to);
                to.flip();
                return true;
            default:
                return from.hasRemaining() && engine.unwrap(from, ByteBuffer.allocate(1 << 16)).bytesConsumed() > 0;
        }
    }
}
JAVA
"${bin}java" -cp "$dir/lib/*" "$dir/Overflow.java" "$dir/keys" 2> "$dir/err" || { code=$?; cat "$dir/err"; exit $code; }
