package dev.anyloop.sim.crypto;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyPairGeneratorSpi;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECParameterSpec;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Makes one pair of keys for each curve that is asked for by its parameters, as handshakes do; who just wants keys gets new ones. */
final class KnownKeys extends KeyPairGeneratorSpi {

    private static final Map<AlgorithmParameterSpec, KeyPair> MADE = new ConcurrentHashMap<>();

    private final KeyPairGenerator real;
    private @Nullable AlgorithmParameterSpec curve; // of the JDK, which has one object for each

    KnownKeys(String algorithm) {
        try {
            real = KeyPairGenerator.getInstance(algorithm, CheapCrypto.real("KeyPairGenerator", algorithm));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** Anew. */
    static KeyPair on(ECParameterSpec curve) {
        try {
            KeyPairGenerator maker = KeyPairGenerator.getInstance("EC", CheapCrypto.real("KeyPairGenerator", "EC"));
            maker.initialize(curve);
            return maker.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void initialize(int bits, SecureRandom random) {
        curve = null;
        real.initialize(bits, random);
    }

    @Override
    public void initialize(AlgorithmParameterSpec spec, SecureRandom random) throws InvalidAlgorithmParameterException {
        curve = spec;
        real.initialize(spec, random);
    }

    @Override
    public KeyPair generateKeyPair() {
        return curve == null ? real.generateKeyPair() : MADE.computeIfAbsent(curve, first -> real.generateKeyPair());
    }
}
