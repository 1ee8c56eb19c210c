package dev.anyloop.conformance;

import static org.junit.jupiter.api.Assertions.fail;

import dev.anyloop.EventLoop;
import dev.anyloop.adapters.FrameReader;
import dev.anyloop.beanstalk.BeanstalkClient;
import dev.anyloop.core.transport.Transport;
import dev.anyloop.http.protocol.MessageReader;
import dev.anyloop.micrometer.LoopMetrics;
import dev.anyloop.sim.Simulation;
import dev.anyloop.tck.EventLoopTck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A change of what others may name is to be seen in its commit. */
class SignaturesTest {

    private static final Path COMMITTED = Path.of("signatures.txt"); // tests run in the directory of their module

    /** One of each module. */
    private static final List<Class<?>> MODULES =
            List.of(EventLoop.class, Transport.class, EventLoopTck.class, Simulation.class, BeanstalkClient.class, MessageReader.class,
                    FrameReader.class, LoopMetrics.class);

    @Test
    void thePublicSignaturesAreThoseCommitted() throws Exception {
        List<String> actual = new ArrayList<>();
        for (Class<?> inIt : MODULES) {
            actual.addAll(Signatures.ofModule(inIt));
        }
        if (Boolean.getBoolean("signatures.update")) {
            Files.write(COMMITTED, actual);
        }
        List<String> committed = Files.readAllLines(COMMITTED);
        if (!actual.equals(committed)) {
            fail("What others may name is not what conformance/signatures.txt says.\n"
                    + difference("removed", committed, actual) + difference("added", actual, committed)
                    + "If that is meant, run\n"
                    + "  mvn -q test -pl conformance -am -Dtest=SignaturesTest -Dsurefire.failIfNoSpecifiedTests=false "
                    + "-Dsignatures.update=true\n"
                    + "and commit conformance/signatures.txt with the change.");
        }
    }

    private static String difference(String word, List<String> lines, List<String> others) {
        List<String> members = members(lines);
        members.removeAll(members(others));
        StringBuilder text = new StringBuilder();
        members.forEach(member -> text.append("  ").append(word).append(": ").append(member).append('\n'));
        return text.toString();
    }

    /** Every line with the type it belongs to. */
    private static List<String> members(List<String> lines) {
        List<String> members = new ArrayList<>();
        String type = "";
        for (String line : lines) {
            if (line.startsWith(" ")) {
                members.add(type + " { " + line.strip() + " }");
            } else {
                type = line;
                members.add(type);
            }
        }
        return members;
    }
}
