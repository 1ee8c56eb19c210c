package dev.anyloop.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import org.junit.jupiter.api.Test;

/** Each fault with the advice for it. What the whole of Netty makes of one is tested in processes of their own. */
class RemedyTest {

    private static String explained(EngineKind kind, Throwable why) {
        return Remedy.explained(kind, why);
    }

    private static UnsatisfiedLinkError unloaded(Throwable cause) {
        UnsatisfiedLinkError error = new UnsatisfiedLinkError("could not load");
        error.initCause(cause);
        return error;
    }

    @Test
    void aLibraryThatIsNotThereIsToBeAddedInTheVersionOfTheRest() {
        String message = explained(EngineKind.EPOLL, unloaded(new FileNotFoundException("libnetty.so")));
        assertTrue(message.startsWith("java.lang.UnsatisfiedLinkError: could not load, caused by"
                + " java.io.FileNotFoundException: libnetty.so (add io.netty:netty-transport-native-epoll "
                + Remedy.versions() + " with the classifier linux-"), message);
    }

    @Test
    void aLibraryThatCannotBeUnpackedNeedsAnotherDirectory() {
        String message = explained(EngineKind.EPOLL, unloaded(new FileSystemException("/tmp/it.so", null, "Read-only file system")));
        assertTrue(message.contains("Read-only file system (Netty unpacks its native part first: -Dio.netty.native.workdir names"),
                message);
    }

    @Test
    void aLibraryThatMayNotBeLoadedIsToBePermitted() {
        String message = explained(EngineKind.IO_URING, unloaded(new IllegalCallerException("denied")));
        assertTrue(message.endsWith("(start Java with --enable-native-access=ALL-UNNAMED)"), message);
    }

    @Test
    void aMemberThatIsMissingTakesAnotherVersion() {
        String message = explained(EngineKind.IO_URING, new NoSuchMethodError("it"));
        assertEquals("java.lang.NoSuchMethodError: it (it needs Netty 4.2.14 or later, with all of Netty's jars in one"
                + " version, for example by io.netty:netty-bom; found Netty " + Remedy.versions() + ")", message);
    }

    @Test
    void whatTheSystemRefusesSpeaksForItself() {
        assertEquals("java.io.IOException: io_uring is forbidden",
                explained(EngineKind.IO_URING, new IOException("io_uring is forbidden")));
        assertEquals("java.lang.UnsatisfiedLinkError: no glibc",
                explained(EngineKind.EPOLL, new UnsatisfiedLinkError("no glibc")));
    }
}
