#!/usr/bin/env bash
# The JDK's TLS client tells a server the name that it was given (SNI) only if that has a dot. To "localhost", "redis" or "db", as hosts of
# one network of containers call each other, the ClientHello goes without a name, although the certificate is checked for it ("HTTPS"):
# a server that has several certificates shows the one it has for nobody. openssl s_client and curl do tell it.
# Seen with OpenJDK 17.0.15 and 25.0.3. Source: sun.security.ssl.Utilities.rawToSNIHostName (indexOf('.') > 0).
# With SSLParameters.setServerNames(List.of(new SNIHostName("redis"))) it is told.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/ServerName.java" <<'END'
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

class ServerName {
    static boolean told(String host, boolean explicitly) throws Exception {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine(host, 443);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        if (explicitly) {
            parameters.setServerNames(List.of(new SNIHostName(host)));
        }
        engine.setSSLParameters(parameters);
        ByteBuffer hello = ByteBuffer.allocate(1 << 15);
        engine.wrap(ByteBuffer.allocate(0), hello);
        return new String(hello.array(), 0, hello.position(), StandardCharsets.ISO_8859_1).contains(host);
    }

    public static void main(String[] args) throws Exception {
        boolean dotted = told("redis.example", false);
        boolean bare = told("redis", false);
        boolean set = told("redis", true);
        System.out.println(System.getProperty("java.version") + ": redis.example told " + dotted + ", redis told " + bare
                + ", redis told if it is set " + set);
        System.exit(dotted && !bare && set ? 0 : 1);
    }
}
END
"${JAVA_HOME:-/usr}/bin/java" "$work/ServerName.java"
