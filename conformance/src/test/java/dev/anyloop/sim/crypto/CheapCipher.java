package dev.anyloop.sim.crypto;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.AlgorithmParameters;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.CipherSpi;
import javax.crypto.NoSuchPaddingException;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * Adds numbers to the bytes that key and nonce decide, and a tag of 16 bytes that tells of any change. For one message after each
 * init, in one piece, as TLS has it.
 */
final class CheapCipher extends CipherSpi {

    private static final int TAG_BYTES = 16;
    private static final long STEP = 0x9e3779b97f4a7c15L;

    private boolean encrypting;
    private byte[] nonce = new byte[0];
    private long secret; // of key and nonce
    private final ByteArrayOutputStream additional = new ByteArrayOutputStream();
    private boolean ready;

    // ---- one message ----

    @Override
    protected void engineInit(int mode, Key key, @Nullable AlgorithmParameterSpec parameters, SecureRandom random)
            throws InvalidKeyException, InvalidAlgorithmParameterException {
        encrypting = mode == Cipher.ENCRYPT_MODE;
        nonce = nonce(parameters);
        secret = mixed(31L * Arrays.hashCode(key.getEncoded()) + Arrays.hashCode(nonce));
        additional.reset();
        ready = true;
    }

    private static byte[] nonce(@Nullable AlgorithmParameterSpec parameters) throws InvalidAlgorithmParameterException {
        if (parameters instanceof IvParameterSpec given) {
            return given.getIV();
        } else if (parameters instanceof GCMParameterSpec given && given.getTLen() == TAG_BYTES * Byte.SIZE) {
            return given.getIV();
        }
        throw new InvalidAlgorithmParameterException("no nonce");
    }

    @Override
    protected void engineUpdateAAD(byte[] bytes, int offset, int length) {
        additional.write(bytes, offset, length);
    }

    @Override
    protected void engineUpdateAAD(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        additional.writeBytes(copy);
    }

    @Override
    protected int engineDoFinal(ByteBuffer in, ByteBuffer out) throws ShortBufferException, AEADBadTagException {
        byte[] message = new byte[in.remaining()];
        in.get(message);
        byte[] result = engineDoFinal(message, 0, message.length);
        if (out.remaining() < result.length) {
            throw new ShortBufferException();
        }
        out.put(result);
        return result.length;
    }

    @Override
    protected byte[] engineDoFinal(byte @Nullable [] message, int offset, int length) throws AEADBadTagException {
        if (!ready) {
            throw new IllegalStateException("each message needs a nonce");
        }
        ready = false;
        byte[] given = message == null ? new byte[0] : message;
        return encrypting ? encrypted(given, offset, length) : decrypted(given, offset, length);
    }

    private byte[] encrypted(byte[] plain, int offset, int length) {
        ByteBuffer all = ByteBuffer.allocate(length + TAG_BYTES);
        all.put(plain, offset, length);
        hide(all, length);
        putTag(all, length);
        return all.array();
    }

    private byte[] decrypted(byte[] sealed, int offset, int length) throws AEADBadTagException {
        int size = length - TAG_BYTES;
        if (size < 0) {
            throw new AEADBadTagException("shorter than a tag");
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        all.put(sealed, offset, size);
        putTag(all, size);
        if (!Arrays.equals(all.array(), size, length, sealed, offset + size, offset + length)) {
            throw new AEADBadTagException("Tag mismatch!");
        }
        hide(all, size);
        return Arrays.copyOf(all.array(), size);
    }

    /** And shows again what was hidden. */
    private void hide(ByteBuffer bytes, int length) {
        long word = secret;
        int at = 0;
        for (; at + Long.BYTES <= length; at += Long.BYTES) {
            word += STEP;
            bytes.putLong(at, bytes.getLong(at) ^ word ^ word >>> 29);
        }
        for (; at < length; at++) {
            word += STEP;
            bytes.put(at, (byte) (bytes.get(at) ^ word >>> 40));
        }
    }

    private void putTag(ByteBuffer bytes, int length) {
        CRC32 sum = new CRC32();
        sum.update(bytes.array(), 0, length);
        long message = sum.getValue() << 32 | length;
        sum.update(additional.toByteArray());
        bytes.putLong(length, mixed(secret + message));
        bytes.putLong(length + Long.BYTES, mixed(sum.getValue() + Long.rotateLeft(secret, 17)));
    }

    private static long mixed(long value) {
        long once = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
        long twice = (once ^ once >>> 27) * 0x94d049bb133111ebL;
        return twice ^ twice >>> 31;
    }

    // ---- what else a cipher is asked ----

    @Override
    protected int engineGetOutputSize(int length) {
        return encrypting ? length + TAG_BYTES : Math.max(0, length - TAG_BYTES);
    }

    @Override
    protected int engineGetBlockSize() {
        return 0;
    }

    @Override
    protected byte[] engineGetIV() {
        return nonce.clone();
    }

    @Override
    protected @Nullable AlgorithmParameters engineGetParameters() {
        return null;
    }

    @Override
    protected void engineSetMode(String mode) throws NoSuchAlgorithmException {
        throw new NoSuchAlgorithmException(mode);
    }

    @Override
    protected void engineSetPadding(String padding) throws NoSuchPaddingException {
        throw new NoSuchPaddingException(padding);
    }

    @Override
    protected void engineInit(int mode, Key key, SecureRandom random) throws InvalidKeyException {
        throw new InvalidKeyException("no nonce");
    }

    @Override
    protected void engineInit(int mode, Key key, @Nullable AlgorithmParameters parameters, SecureRandom random)
            throws InvalidAlgorithmParameterException {
        throw new InvalidAlgorithmParameterException("of another kind");
    }

    @Override
    protected byte[] engineUpdate(byte[] bytes, int offset, int length) {
        throw new UnsupportedOperationException("in one piece only");
    }

    @Override
    protected int engineUpdate(byte[] bytes, int offset, int length, byte[] into, int at) {
        throw new UnsupportedOperationException("in one piece only");
    }

    @Override
    protected int engineDoFinal(byte[] bytes, int offset, int length, byte[] into, int at)
            throws ShortBufferException, AEADBadTagException {
        byte[] result = engineDoFinal(bytes, offset, length);
        if (into.length - at < result.length) {
            throw new ShortBufferException();
        }
        System.arraycopy(result, 0, into, at, result.length);
        return result.length;
    }
}
