package dev.anyloop.sim.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.NamedParameterSpec;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What tests of TLS rely on: it is cheap, but as strict as the JDK's. */
class CheapCryptoTest {

    private static final byte[] MESSAGE = "a message of more than eight bytes".getBytes(UTF_8);

    @BeforeEach
    void install() {
        CheapCrypto.install();
    }

    @AfterEach
    void remove() {
        CheapCrypto.remove();
    }

    @Test
    void whatIsSignedTheJdkVerifies() throws GeneralSecurityException {
        KeyPair keys = KeyPairGenerator.getInstance("EC").generateKeyPair();
        Signature real = Signature.getInstance("SHA256withECDSA", CheapCrypto.real("Signature", "SHA256withECDSA"));
        for (int i = 0; i < 20; i++) { // numbers with and without a leading zero
            byte[] message = {(byte) i};
            real.initVerify(keys.getPublic());
            real.update(message);
            assertTrue(real.verify(signed(keys, message)), "message " + i);
        }
    }

    @Test
    void aSignatureThatIsKnownIsGoodForItsMessageAndKeyAlone() throws GeneralSecurityException {
        KeyPair keys = KeyPairGenerator.getInstance("EC").generateKeyPair();
        KeyPair others = KeyPairGenerator.getInstance("EC").generateKeyPair();
        byte[] signature = signed(keys, MESSAGE);
        for (int i = 0; i < 2; i++) { // the second is what is remembered
            assertTrue(isGood(keys.getPublic(), MESSAGE, signature));
            assertFalse(isGood(others.getPublic(), MESSAGE, signature));
            assertFalse(isGood(keys.getPublic(), new byte[1], signature));
            assertFalse(isGood(keys.getPublic(), MESSAGE, signed(others, MESSAGE)));
        }
    }

    private static byte[] signed(KeyPair keys, byte[] message) throws GeneralSecurityException {
        Signature signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(keys.getPrivate());
        signer.update(message);
        return signer.sign();
    }

    private static boolean isGood(PublicKey key, byte[] message, byte[] signature) throws GeneralSecurityException {
        Signature verifier = Signature.getInstance("SHA256withECDSA");
        verifier.initVerify(key);
        verifier.update(message);
        return verifier.verify(signature);
    }

    /** Or a stranger's certificate would have the key of ours. */
    @Test
    void onlyHandshakesShareKeys() throws GeneralSecurityException {
        KeyPairGenerator maker = KeyPairGenerator.getInstance("EC");
        assertNotEquals(maker.generateKeyPair().getPublic(), maker.generateKeyPair().getPublic());
        KeyPairGenerator shared = KeyPairGenerator.getInstance("X25519");
        shared.initialize(NamedParameterSpec.X25519);
        assertEquals(shared.generateKeyPair().getPublic(), shared.generateKeyPair().getPublic());
    }

    @Test
    void twoKeysAgreeOnWhatTheyAgreeOnInTheJdk() throws GeneralSecurityException {
        KeyPair one = KeyPairGenerator.getInstance("X25519").generateKeyPair();
        KeyPair other = KeyPairGenerator.getInstance("X25519").generateKeyPair();
        KeyAgreement real = KeyAgreement.getInstance("X25519", CheapCrypto.real("KeyAgreement", "X25519"));
        real.init(one.getPrivate());
        real.doPhase(other.getPublic(), true);
        byte[] secret = real.generateSecret();
        assertArrayEquals(secret, agreed(one, other));
        assertArrayEquals(secret, agreed(other, one));
    }

    private static byte[] agreed(KeyPair ours, KeyPair theirs) throws GeneralSecurityException {
        KeyAgreement agreement = KeyAgreement.getInstance("X25519");
        agreement.init(ours.getPrivate());
        agreement.doPhase(theirs.getPublic(), true);
        return agreement.generateSecret();
    }

    @Test
    void eachBitOfASealedMessageCounts() throws GeneralSecurityException {
        byte[] sealed = cipher(Cipher.ENCRYPT_MODE, 1, 1).doFinal(MESSAGE);
        assertEquals(MESSAGE.length + 16, sealed.length);
        assertArrayEquals(MESSAGE, cipher(Cipher.DECRYPT_MODE, 1, 1).doFinal(sealed));
        assertThrows(AEADBadTagException.class, () -> cipher(Cipher.DECRYPT_MODE, 2, 1).doFinal(sealed), "another nonce");
        assertThrows(AEADBadTagException.class, () -> cipher(Cipher.DECRYPT_MODE, 1, 2).doFinal(sealed), "another header");
        for (int bit = 0; bit < 8 * sealed.length; bit++) {
            byte[] changed = sealed.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThrows(AEADBadTagException.class, () -> cipher(Cipher.DECRYPT_MODE, 1, 1).doFinal(changed), "bit " + bit);
        }
    }

    private static Cipher cipher(int mode, int nonce, int header) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
        byte[] iv = new byte[12];
        iv[11] = (byte) nonce;
        cipher.init(mode, new SecretKeySpec(new byte[32], "ChaCha20-Poly1305"), new IvParameterSpec(iv));
        cipher.updateAAD(new byte[] {(byte) header});
        return cipher;
    }
}
