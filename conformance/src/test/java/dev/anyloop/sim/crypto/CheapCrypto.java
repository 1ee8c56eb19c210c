package dev.anyloop.sim.crypto;

import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Comes before the JDK's providers while it is installed. Keys for handshakes are made once ({@link KnownKeys}), so what two of them
 * agree on is computed once ({@link KnownAgreement}); a signature made in this process is known when it comes back
 * ({@link KnownSignature}); and ChaCha20-Poly1305 and AES-GCM are a cipher that hides nothing from who wants to know, but makes bytes of
 * other bytes, as many as they do, and tells of each that was changed ({@link CheapCipher}).
 */
public final class CheapCrypto extends Provider {

    private static final long serialVersionUID = 1L;
    private static final String NAME = "CheapCrypto";

    private CheapCrypto() {
        super(NAME, "1", "for tests on simulated hosts");
        for (String curves : new String[] {"EC", "XDH", "X25519"}) {
            add("KeyPairGenerator", curves, () -> new KnownKeys(curves));
        }
        for (String agreement : new String[] {"ECDH", "XDH", "X25519"}) {
            add("KeyAgreement", agreement, () -> new KnownAgreement(agreement));
        }
        add("Signature", "SHA256withECDSA", KnownSignature::new);
        for (String cipher : new String[] {"ChaCha20-Poly1305", "AES/GCM/NoPadding"}) {
            add("Cipher", cipher, CheapCipher::new);
        }
    }

    /** From now on; for all of this process. */
    public static void install() {
        Security.insertProviderAt(new CheapCrypto(), 1);
    }

    /** Not any more. */
    public static void remove() {
        Security.removeProvider(NAME);
    }

    /** The JDK's, which has it all. */
    static Provider real(String type, String algorithm) {
        for (Provider provider : Security.getProviders()) {
            if (!(provider instanceof CheapCrypto) && provider.getService(type, algorithm) != null) {
                return provider;
            }
        }
        throw new AssertionError("no " + type + " for " + algorithm);
    }

    private void add(String type, String algorithm, Supplier<Object> maker) {
        putService(new Service(this, type, algorithm, maker.getClass().getName(), null, null) {
            @Override
            public Object newInstance(@Nullable Object parameter) throws NoSuchAlgorithmException {
                return maker.get();
            }
        });
    }
}
