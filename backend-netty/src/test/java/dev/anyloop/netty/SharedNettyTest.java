package dev.anyloop.netty;

import dev.anyloop.tck.rules.resource.Redeployment;
import dev.anyloop.tck.run.Await;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A server has the library and Netty in its own loader, and Netty cannot do all that it would like to: it remembers why, as
 * exceptions, and so the classes of whoever was calling it then (RES-009).
 */
class SharedNettyTest {

    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final Properties before = (Properties) System.getProperties().clone();

    @BeforeEach
    void takeFromNettyWhatItCanDoWithout() {
        System.setProperty("io.netty.noUnsafe", "true"); // from JDK 24 on it does not try
        System.setProperty("io.netty.transport.noNative", "true");
    }

    @AfterEach
    void giveItBack() {
        System.setProperties(before);
    }

    @Test
    void theFirstApplicationIsForgottenByTheNettyOfItsServer() throws Exception {
        Redeployment server = Redeployment.shared(
                NettyEventLoopProvider.class.getName(), System.getProperty("java.class.path"));
        WeakReference<ClassLoader> application = server.once().call();
        Await.until(LIMIT, () -> {
            System.gc();
            return application.refersTo(null);
        }, () -> "the application is still there");
        Reference.reachabilityFence(server);
    }
}
