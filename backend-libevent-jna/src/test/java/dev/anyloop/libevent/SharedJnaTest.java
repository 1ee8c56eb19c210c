package dev.anyloop.libevent;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import dev.anyloop.tck.rules.resource.Redeployment;
import dev.anyloop.tck.run.Await;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A server has JNA in its own loader and uses it too, so that JNA and its thread never go away. Without it everything
 * goes: that is tested by the kit (RES-009).
 */
class SharedJnaTest {

    private static final Duration LIMIT = Duration.ofMinutes(1);

    @BeforeAll
    static void needLibevent() {
        Need.libevent();
    }

    @Test
    void anApplicationIsForgottenByTheJnaOfItsServer() throws Exception {
        try (URLClassLoader server = new URLClassLoader(new URL[] {origin(Native.class)}, platform())) {
            Object inUse = call(server, NativeLibrary.class, "getProcess");
            WeakReference<ClassLoader> application = redeployment(server).once().call();
            Await.until(LIMIT, () -> {
                System.gc();
                return application.refersTo(null);
            }, () -> "the application is still there");
            assertTrue(isJnaUsable(server));
            Reference.reachabilityFence(inUse);
        }
    }

    /** What one of them closes or unlinks is not the other's. */
    @Test
    void twoApplicationsOfOneJnaDoNotDisturbEachOther() throws Exception {
        try (URLClassLoader server = new URLClassLoader(new URL[] {origin(Native.class)}, platform())) {
            Redeployment one = redeployment(server);
            Thread[] threads = new Thread[2];
            Throwable[] thrown = new Throwable[threads.length];
            for (int i = 0; i < threads.length; i++) {
                int index = i;
                threads[i] = new Thread(() -> {
                    try {
                        for (int times = 0; times < 10; times++) {
                            one.once().call();
                        }
                    } catch (Throwable e) {
                        thrown[index] = e;
                    }
                });
                threads[i].start();
            }
            for (int i = 0; i < threads.length; i++) {
                threads[i].join();
                assertNull(thrown[i]);
            }
        }
    }

    private static Redeployment redeployment(ClassLoader server) throws Exception {
        return Redeployment.of(
                LibeventEventLoopProvider.class.getName(), System.getProperty("java.class.path"), server);
    }

    private static ClassLoader platform() {
        return ClassLoader.getPlatformClassLoader();
    }

    private static URL origin(Class<?> of) {
        return of.getProtectionDomain().getCodeSource().getLocation();
    }

    private static Object call(ClassLoader loader, Class<?> type, String method) throws Exception {
        Method found = loader.loadClass(type.getName()).getMethod(method);
        return found.invoke(null);
    }

    private static boolean isJnaUsable(ClassLoader server) throws Exception {
        return (int) call(server, Native.class, "getLastError") >= 0;
    }
}
