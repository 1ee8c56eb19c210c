package dev.anyloop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.Security;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What a runtime lacks that was made of few modules. What all of them do, the kit tests. */
class PemFilesTest {

    private static final String CERTIFICATE = """
            -----BEGIN CERTIFICATE-----
            MIIBfjCCASOgAwIBAgIUc4ODT8xSA8D/1Vn13UiLHtDPIvMwCgYIKoZIzj0EAwIw
            FDESMBAGA1UEAwwJbG9jYWxob3N0MB4XDTI2MTEzMDAyMDI1MloXDTM2MTEyNzAy
            MDI1MlowFDESMBAGA1UEAwwJbG9jYWxob3N0MFkwEwYHKoZIzj0CAQYIKoZIzj0D
            AQcDQgAEKGZC0d3K5CjjyKhIyEnAl9hYSDAvYbAZvlYw3mHF4u/HZ9MVN76cbdI/
            o17Ff34Fme069ymQQDupWhO+a0mAgqNTMFEwHQYDVR0OBBYEFEcio2b1szoBX7hU
            PIb7ScZ36ZvlMB8GA1UdIwQYMBaAFEcio2b1szoBX7hUPIb7ScZ36ZvlMA8GA1Ud
            EwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIhAJE8wleLVbuwClY8D+8keOqt
            1aMX2Xf6nvquK8bR9SMqAiEA2cOcAa9YgS32mie8ccCNgcxiidbHShTkZqz07w0q
            FdM=
            -----END CERTIFICATE-----
            """;

    @TempDir
    Path directory;

    @Test
    void aKeyOfAKindThatTheRuntimeLacksIsRefusedWithTheModuleThatHasIt() throws IOException, GeneralSecurityException {
        Path chain = Files.writeString(directory.resolve("chain.pem"), CERTIFICATE);
        byte[] encoded = KeyPairGenerator.getInstance("EC").generateKeyPair().getPrivate().getEncoded();
        Path key = Files.writeString(directory.resolve("key.pem"), "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(encoded) + "\n-----END PRIVATE KEY-----\n");
        assertEquals("no key of a known kind in " + key + " (known are RSA, RSASSA-PSS, DSA; this Java runtime has no EC, EdDSA: "
                + "before JDK 22, one made by jlink has EC and EdDSA if it has the module jdk.crypto.ec)",
                withoutCurves(() -> PemFiles.identity(chain, key)));
    }

    /** The message of what the call throws. */
    private static String withoutCurves(Executable call) {
        Provider provider = Security.getProvider("SunEC");
        int place = List.of(Security.getProviders()).indexOf(provider) + 1;
        Security.removeProvider(provider.getName());
        try {
            return assertThrows(IllegalArgumentException.class, call).getMessage();
        } finally {
            Security.insertProviderAt(provider, place);
        }
    }
}
