package dev.anyloop;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** The loops of another process of the same user on this machine, as its {@link OpenLoopsMXBean} shows them; found by its number. */
final class OtherProcess {

    private OtherProcess() {}

    static String loops(String pid) {
        List<String> texts = new ArrayList<>();
        try {
            VirtualMachine process = VirtualMachine.attach(pid);
            try (JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(process.startLocalManagementAgent()))) {
                MBeanServerConnection server = connector.getMBeanServerConnection();
                for (ObjectName bean : server.queryNames(new ObjectName(OpenLoopsMXBean.NAME + ",*"), null)) {
                    texts.add((String) server.getAttribute(bean, "Text"));
                }
            } finally {
                process.detach();
            }
        } catch (AttachNotSupportedException | IOException | JMException e) {
            throw new IllegalArgumentException("cannot look into process " + pid + ": " + e.getMessage()
                    + " (give the number of a running JVM of the same user, as jcmd lists them)", e);
        }
        return !texts.isEmpty() ? String.join("\n", texts) : "Process " + pid
                + " shows no loops: none is open, or nobody has asked for it to show them (start it with -Danyloop.jmx=true)";
    }
}
