#!/bin/sh
# On JDK 17 a signature that EdDSA (Ed25519) makes of nothing, with no call of update(), does not verify: sign() and verify()
# succeed, and verify() says false for the right key. RSA and ECDSA verify the same. One call of update() with no bytes at all is
# enough to make it right, and on JDK 25 it always is.
#
# Seen on OpenJDK 17.0.15 and 25.0.3, Linux. Who wants to know whether a private key and a certificate belong together, and signs
# nothing for it, refuses every Ed25519 key. Source: sun.security.ec.ed.EdDSASignature of the module jdk.crypto.ec. The empty message is
# valid input: RFC 8032, 7.1, TEST 1.
# Needs JDK 17 on the PATH (or JAVA_HOME).
set -e
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/Nothing.java" <<'JAVA'
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;

public class Nothing {
    public static void main(String[] args) throws Exception {
        System.out.println("OpenJDK " + System.getProperty("java.version"));
        boolean others = verifies("RSA", "SHA256withRSA", false) && verifies("EC", "SHA256withECDSA", false);
        boolean bare = verifies("Ed25519", "Ed25519", false);
        boolean updated = verifies("Ed25519", "Ed25519", true);
        boolean old = Runtime.version().feature() == 17;
        System.exit(others && updated && bare == !old ? 0 : 1);
    }

    static boolean verifies(String kind, String algorithm, boolean update) throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance(kind).generateKeyPair();
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(pair.getPrivate());
        if (update) {
            signature.update(new byte[0]);
        }
        byte[] signed = signature.sign();
        Signature verifier = Signature.getInstance(algorithm);
        verifier.initVerify(pair.getPublic());
        if (update) {
            verifier.update(new byte[0]);
        }
        boolean verified = verifier.verify(signed);
        System.out.println(algorithm + (update ? ", after update() of no bytes: " : ", without update(): ") + verified);
        return verified;
    }
}
JAVA
"$java" "$dir/Nothing.java"
