#!/bin/sh
# Half of a TLS 1.3 connection can be closed with the JDK's SSLEngine, but not with Conscrypt's or Bouncy Castle's: they have TLS 1.3 and
# close as in TLS 1.2. The answer to a client that has sent all it has, and its close_notify, is lost.
#
# RFC 8446, 6.1: a close_notify "does not have any effect on its read side", which "is a change from versions of TLS prior to TLS 1.3 in
# which implementations were required to react" by closing at once. Both engines go on to react: after the peer's close_notify their wrap()
# takes nothing, says CLOSED and sends a close_notify in place of the answer. Bouncy Castle's, moreover, is done with reading as soon as it
# has sent its own, isInboundDone(), and leaves what the peer still answers where it is; Conscrypt's reads it. Nothing throws, and nothing
# tells the two sides beforehand; so it depends on the provider at the far end whether shutdownOutput() of a protocol of ours works.
#
# Seen with Conscrypt 2.9.0, Bouncy Castle 1.82 (bctls), OpenJDK 17.0.15 and Temurin 25.0.3, Linux x86-64. Source: ConscryptEngine.wrap and
# unwrap, where CLOSED_INBOUND ends both; ProvSSLEngine.closeOutbound and TlsProtocol of bctls; RFC 8446.
# Needs a JDK (17 or later) and Maven on the PATH.
#
# Output seen:
#   client JDK closes its half, server JDK answers: takes 6 of 6 bytes, the client reads 6
#   client JDK closes its half, server Conscrypt answers: takes 0 of 6 bytes, the client reads 0
#   client JDK closes its half, server Bouncy Castle answers: takes 0 of 6 bytes, the client reads 0
#   client Conscrypt closes its half, server JDK answers: takes 6 of 6 bytes, the client reads 6
#   client Bouncy Castle closes its half, server JDK answers: takes 6 of 6 bytes, the client reads 0
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
cat > "$dir/Half.java" <<'JAVA'
import java.io.File;
import java.nio.ByteBuffer;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;
import org.conscrypt.Conscrypt;

public class Half {
    public static void main(String[] args) throws Exception {
        List<Integer> both = answer("JDK", "JDK", args[0]);
        List<Integer> toConscrypt = answer("JDK", "Conscrypt", args[0]);
        List<Integer> toBouncy = answer("JDK", "Bouncy Castle", args[0]);
        List<Integer> fromConscrypt = answer("Conscrypt", "JDK", args[0]);
        List<Integer> fromBouncy = answer("Bouncy Castle", "JDK", args[0]);
        System.exit(both.equals(List.of(6, 6)) && toConscrypt.equals(List.of(0, 0)) && toBouncy.equals(List.of(0, 0))
                && fromConscrypt.equals(List.of(6, 6)) && fromBouncy.equals(List.of(6, 0)) ? 0 : 1);
    }

    /** How many bytes of its answer the server takes, and the client reads, when the client has closed its half. */
    static List<Integer> answer(String client, String server, String keys) throws Exception {
        SSLEngine[] engines = pair(context(client, keys), context(server, keys));
        ByteBuffer sent = ByteBuffer.allocate(1 << 16);
        engines[0].closeOutbound();
        while (!engines[0].isOutboundDone()) {
            engines[0].wrap(ByteBuffer.allocate(0), sent);
        }
        sent.flip();
        while (!engines[1].isInboundDone()) {
            engines[1].unwrap(sent, ByteBuffer.allocate(1 << 16));
        }
        ByteBuffer answer = ByteBuffer.allocate(6);
        ByteBuffer back = ByteBuffer.allocate(1 << 16);
        int takes = engines[1].wrap(answer, back).bytesConsumed();
        int reads = 0;
        back.flip();
        for (int consumed = 1; back.hasRemaining() && consumed > 0; ) {
            SSLEngineResult result = engines[0].unwrap(back, ByteBuffer.allocate(1 << 16));
            consumed = result.bytesConsumed();
            reads += result.bytesProduced();
        }
        System.out.println("client " + client + " closes its half, server " + server + " answers: takes " + takes
                + " of 6 bytes, the client reads " + reads);
        return List.of(takes, reads);
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
"${bin}java" -cp "$dir/lib/*" "$dir/Half.java" "$dir/keys" 2> "$dir/err" || { code=$?; cat "$dir/err"; exit $code; }
