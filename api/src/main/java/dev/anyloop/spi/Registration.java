package dev.anyloop.spi;

import dev.anyloop.OpenLoopsMXBean;
import java.lang.management.ManagementFactory;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** An MXBean of the platform's server, under a name of its own; the only class that knows JMX, which need not be there. */
final class Registration {

    private final MBeanServer server;
    private final ObjectName name;

    private Registration(MBeanServer server, ObjectName name) {
        this.server = server;
        this.name = name;
    }

    /** Throws a {@link LinkageError} where there is no JMX. */
    static void check() {
        ManagementFactory.class.getName();
    }

    /** Another copy of the library, in another class loader, may have the first name. */
    static Registration of(OpenLoopsMXBean bean) {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        for (int copy = 1; ; copy++) {
            try {
                ObjectName name = new ObjectName(OpenLoopsMXBean.NAME + (copy == 1 ? "" : ",copy=" + copy));
                return new Registration(server, server.registerMBean(bean, name).getObjectName());
            } catch (InstanceAlreadyExistsException e) {
                // the next one
            } catch (JMException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    void end() {
        try {
            server.unregisterMBean(name);
        } catch (InstanceNotFoundException e) {
            // somebody has done it
        } catch (JMException e) {
            throw new IllegalStateException(e);
        }
    }
}
