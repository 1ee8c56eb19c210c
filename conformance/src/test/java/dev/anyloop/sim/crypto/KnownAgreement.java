package dev.anyloop.sim.crypto;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.KeyAgreement;
import javax.crypto.KeyAgreementSpi;
import javax.crypto.SecretKey;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Computes once what two keys agree on. */
final class KnownAgreement extends KeyAgreementSpi {

    private record Keys(Key ours, Key theirs) {}

    private static final Map<Keys, byte[]> AGREED = new ConcurrentHashMap<>();

    private final String algorithm;
    private @Nullable Key ours;
    private @Nullable Key theirs;

    KnownAgreement(String algorithm) {
        this.algorithm = algorithm;
    }

    @Override
    protected void engineInit(Key key, SecureRandom random) {
        ours = key;
    }

    @Override
    protected void engineInit(Key key, @Nullable AlgorithmParameterSpec parameters, SecureRandom random)
            throws InvalidAlgorithmParameterException {
        if (parameters != null) {
            throw new InvalidAlgorithmParameterException("none is known");
        }
        ours = key;
    }

    @Override
    protected @Nullable Key engineDoPhase(Key key, boolean last) {
        theirs = key;
        return null;
    }

    @Override
    protected byte[] engineGenerateSecret() {
        Keys keys = new Keys(Objects.requireNonNull(ours), Objects.requireNonNull(theirs));
        return AGREED.computeIfAbsent(keys, this::agreed).clone();
    }

    private byte[] agreed(Keys keys) {
        try {
            KeyAgreement real = KeyAgreement.getInstance(algorithm, CheapCrypto.real("KeyAgreement", algorithm));
            real.init(keys.ours);
            real.doPhase(keys.theirs, true);
            return real.generateSecret();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected int engineGenerateSecret(byte[] into, int offset) throws ShortBufferException {
        byte[] secret = engineGenerateSecret();
        if (into.length - offset < secret.length) {
            throw new ShortBufferException();
        }
        System.arraycopy(secret, 0, into, offset, secret.length);
        return secret.length;
    }

    @Override
    protected SecretKey engineGenerateSecret(String name) throws NoSuchAlgorithmException, InvalidKeyException {
        return new SecretKeySpec(engineGenerateSecret(), name);
    }
}
