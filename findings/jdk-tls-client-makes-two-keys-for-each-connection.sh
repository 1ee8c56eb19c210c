#!/bin/sh
# The JDK's TLS client makes two pairs of keys for each connection, of X25519 and of P-256, of which a server of TLS 1.3 can
# use one: its hello offers a share of the most preferred group of each kind of curve. With -Djdk.tls.namedGroups=x25519 it
# makes and offers one.
#
# Seen on OpenJDK 17.0.15 and 25.0.3. Source: KeyShareExtension.CHKeyShareProducer in sun.security.ssl (at most two entries, of
# different NamedGroupSpec).
# Needs a JDK (17 or later).
set -e
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/Hello.java" <<'JAVA'
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

class Hello {
    public static void main(String[] args) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            new Thread(() -> greet(server)).start();
            try (Socket client = server.accept()) {
                System.out.println(shares(new DataInputStream(client.getInputStream())));
            }
        }
    }

    static void greet(ServerSocket server) {
        try (Socket socket = SSLSocketFactory.getDefault().createSocket(server.getInetAddress(), server.getLocalPort())) {
            ((SSLSocket) socket).startHandshake();
        } catch (IOException e) {
            // the server has heard enough
        }
    }

    /** The groups of the extension key_share (RFC 8446, 4.2.8). */
    static List<String> shares(DataInputStream in) throws IOException {
        in.skipNBytes(3);
        ByteBuffer hello = ByteBuffer.wrap(in.readNBytes(in.readUnsignedShort()));
        hello.position(4 + 2 + 32);
        skip(hello, hello.get());
        skip(hello, hello.getShort());
        skip(hello, hello.get());
        hello.getShort();
        List<String> groups = new ArrayList<>();
        while (hello.hasRemaining()) {
            int type = hello.getShort();
            int end = hello.position() + 2 + hello.getShort(hello.position());
            hello.getShort();
            if (type == 51) {
                hello.getShort();
                while (hello.position() < end) {
                    groups.add(hello.getShort() == 0x1d ? "x25519" : "secp256r1");
                    skip(hello, hello.getShort());
                }
            }
            hello.position(end);
        }
        return groups;
    }

    static void skip(ByteBuffer bytes, int count) {
        bytes.position(bytes.position() + count);
    }
}
JAVA
both=$(java "$dir/Hello.java")
one=$(java -Djdk.tls.namedGroups=x25519 "$dir/Hello.java")
java -version 2>&1 | head -n 1
echo "as it comes: $both; with -Djdk.tls.namedGroups=x25519: $one"
[ "$both" = "[x25519, secp256r1]" ] && [ "$one" = "[x25519]" ]
