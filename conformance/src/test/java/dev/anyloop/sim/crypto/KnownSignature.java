package dev.anyloop.sim.crypto;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Signs for real, though always with the same secret number, and remembers it. So a signature that comes back with the same bytes is good if the keys belong together, which
 * one real verification has shown; all others are verified.
 */
final class KnownSignature extends SignatureSpi {

    /** What was signed with which key. */
    private record Signed(PrivateKey by, byte[] bytes) {}

    private record Pair(PrivateKey by, PublicKey of) {}

    /** Of handshakes that are under way. */
    private static final int MOST_KNOWN = 10_000;

    private static final Map<ByteBuffer, Signed> KNOWN = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Signed> eldest) {
            return size() > MOST_KNOWN;
        }
    };

    private static final Map<BigInteger, KeyPair> ONCE = new ConcurrentHashMap<>(); // by the order of the curve
    private static final Map<Pair, Boolean> PAIRS = new ConcurrentHashMap<>();

    private final Signature real;
    private final MessageDigest digest;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private @Nullable PrivateKey by;
    private @Nullable PublicKey of;

    KnownSignature() {
        try {
            real = Signature.getInstance("SHA256withECDSA", CheapCrypto.real("Signature", "SHA256withECDSA"));
            digest = MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    protected void engineInitSign(PrivateKey key) throws InvalidKeyException {
        if (!(key instanceof ECPrivateKey)) {
            throw new InvalidKeyException("no key of a curve");
        }
        by = key;
        bytes.reset();
    }

    @Override
    protected void engineInitVerify(PublicKey key) throws InvalidKeyException {
        real.initVerify(key);
        of = key;
        bytes.reset();
    }

    @Override
    protected void engineUpdate(byte one) {
        bytes.write(one);
    }

    @Override
    protected void engineUpdate(byte[] some, int offset, int length) {
        bytes.write(some, offset, length);
    }

    @Override
    protected byte[] engineSign() throws SignatureException {
        byte[] all = takeBytes();
        byte[] signature = signature((ECPrivateKey) Objects.requireNonNull(by), new BigInteger(1, digest.digest(all)));
        synchronized (KNOWN) {
            KNOWN.put(ByteBuffer.wrap(signature.clone()), new Signed(by, all));
        }
        return signature;
    }

    /** RFC 6979, 2.4, for curves whose numbers have as many bits as the digest, or more. */
    private static byte[] signature(ECPrivateKey key, BigInteger message) {
        KeyPair once = ONCE.computeIfAbsent(key.getParams().getOrder(), order -> KnownKeys.on(key.getParams()));
        BigInteger order = key.getParams().getOrder();
        BigInteger secret = ((ECPrivateKey) once.getPrivate()).getS();
        BigInteger first = ((ECPublicKey) once.getPublic()).getW().getAffineX().mod(order);
        BigInteger second = secret.modInverse(order).multiply(message.add(first.multiply(key.getS()))).mod(order);
        ByteArrayOutputStream numbers = new ByteArrayOutputStream();
        for (byte[] number : List.of(first.toByteArray(), second.toByteArray())) {
            numbers.write(2); // an integer, and its length
            numbers.write(number.length);
            numbers.writeBytes(number);
        }
        ByteArrayOutputStream sequence = new ByteArrayOutputStream();
        sequence.write(0x30);
        sequence.write(numbers.size());
        sequence.writeBytes(numbers.toByteArray());
        return sequence.toByteArray();
    }

    @Override
    protected boolean engineVerify(byte[] signature) throws SignatureException {
        byte[] all = takeBytes();
        Signed known;
        synchronized (KNOWN) {
            known = KNOWN.get(ByteBuffer.wrap(signature));
        }
        if (known == null || !Arrays.equals(known.bytes, all)) {
            return isGood(all, signature);
        }
        Pair pair = new Pair(known.by, Objects.requireNonNull(of));
        Boolean together = PAIRS.get(pair);
        if (together == null) {
            together = isGood(all, signature);
            PAIRS.put(pair, together);
        }
        return together;
    }

    private boolean isGood(byte[] all, byte[] signature) throws SignatureException {
        real.update(all);
        return real.verify(signature);
    }

    private byte[] takeBytes() {
        byte[] all = bytes.toByteArray();
        bytes.reset();
        return all;
    }

    @Override
    @Deprecated
    protected void engineSetParameter(String name, Object value) {
        throw new UnsupportedOperationException();
    }

    @Override
    @Deprecated
    protected Object engineGetParameter(String name) {
        throw new UnsupportedOperationException();
    }
}
