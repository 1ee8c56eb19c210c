package dev.anyloop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anyloop.spi.LoopRegistry;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import javax.management.MBeanServer;
import javax.management.ObjectInstance;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is listed, and when it is to be seen by JMX (WATCH-005, WATCH-006); nothing else in this process opens loops. */
class OpenLoopsTest {

    private final EventLoop one = named("one");
    private final EventLoop other = named("other");

    @AfterEach
    void closeAll() {
        OpenLoops.list().forEach(LoopRegistry::closed);
    }

    @Test
    void loopsAreListedInTheOrderOfTheirOpening() {
        assertEquals("", OpenLoops.describe());
        assertEquals("{\"loops\":[]}", OpenLoops.describeAsJson());
        LoopRegistry.opened(one);
        LoopRegistry.opened(other);
        assertEquals(List.of(one, other), OpenLoops.list());
        assertEquals("one\nother", OpenLoops.describe());
        assertEquals("{\"loops\":[{\"name\":\"one\"},{\"name\":\"other\"}]}", OpenLoops.describeAsJson());
        LoopRegistry.closed(one);
        LoopRegistry.closed(one);
        assertEquals(List.of(other), OpenLoops.list());
    }

    @Test
    void theBeanIsThereWhileALoopIsOpenAndAnotherCopyOfTheLibraryLeavesItsNameAlone() throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        LoopRegistry.opened(one);
        assertEquals(Set.of(), beans(server));
        ObjectName ofAnother = new ObjectName(OpenLoopsMXBean.NAME);
        ObjectInstance there = server.registerMBean(new Another(), ofAnother);
        try {
            OpenLoops.registerMXBean();
            OpenLoops.registerMXBean();
            LoopRegistry.opened(other);
            ObjectName ours = new ObjectName(OpenLoopsMXBean.NAME + ",copy=2");
            assertEquals(Set.of(ofAnother, ours), beans(server));
            assertEquals(2, server.getAttribute(ours, "Count"));
            assertEquals(OpenLoops.describe(), server.getAttribute(ours, "Text"));
            assertEquals(OpenLoops.describeAsJson(), server.getAttribute(ours, "Json"));
            LoopRegistry.closed(one);
            assertEquals(Set.of(ofAnother, ours), beans(server));
            LoopRegistry.closed(other);
            assertEquals(Set.of(ofAnother), beans(server), "when the last is closed");
        } finally {
            server.unregisterMBean(there.getObjectName());
        }
        LoopRegistry.opened(one);
        assertEquals(Set.of(ofAnother), beans(server), "when there is one again, and the name is free");
    }

    private static Set<ObjectName> beans(MBeanServer server) throws Exception {
        return server.queryNames(new ObjectName(OpenLoopsMXBean.NAME + ",*"), null);
    }

    private static EventLoop named(String name) {
        return (EventLoop) Proxy.newProxyInstance(EventLoop.class.getClassLoader(), new Class<?>[] {EventLoop.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "describe", "toString" -> name;
                    case "describeAsJson" -> "{\"name\":\"" + name + "\"}";
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "equals" -> proxy == arguments[0];
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private static final class Another implements OpenLoopsMXBean {

        @Override
        public int getCount() {
            return 0;
        }

        @Override
        public String getText() {
            return "";
        }

        @Override
        public String getJson() {
            return "";
        }
    }
}
