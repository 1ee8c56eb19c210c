package dev.anyloop.tck.elsewhere;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.anyloop.tck.Limits;
import dev.anyloop.tck.rules.Backend;
import dev.anyloop.tck.rules.ChildJvm;
import dev.anyloop.tck.rules.Remade;
import dev.anyloop.tck.rules.RuleExtension;
import dev.anyloop.tck.rules.SocketChapters;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.opentest4j.TestAbortedException;

/**
 * A process with other surroundings than this one, which runs some tests of the kit on the same backend: with options of
 * its own, in another language, in a network of its own. Where that cannot be had, the test that wants it is skipped and
 * says why.
 */
public final class Elsewhere {

    /** Set there, to the tests that run there or nothing; nobody goes elsewhere again. */
    static final String PROPERTY = "tck.elsewhere";

    private final Backend backend;
    private final List<String> options = new ArrayList<>();
    private final List<String> shell = new ArrayList<>();

    /** Of a backend; skips a test that runs there already. */
    public Elsewhere(Backend backend) {
        if (System.getProperty(PROPERTY) != null) {
            throw new TestAbortedException("this process is elsewhere already");
        }
        this.backend = backend;
    }

    /** An option of the virtual machine. */
    public Elsewhere option(String option) {
        options.add(option);
        return this;
    }

    /** The language that the C library speaks. */
    public Elsewhere language(Language language) {
        shell.addAll(language.shell());
        return this;
    }

    /** Paths are written in ASCII, as they are where no language is set. */
    public Elsewhere ascii() {
        shell.addAll(List.of("env", "LC_ALL=C", "LANGUAGE="));
        return this;
    }

    /**
     * A network with nothing in it but loopback. Who is not root becomes root of what is his own.
     *
     * @param setup commands that make something of it
     */
    public Elsewhere network(String... setup) {
        List<String> commands = new ArrayList<>(List.of("ip link set lo up"));
        commands.addAll(List.of(setup));
        boolean root = "root".equals(System.getProperty("user.name"));
        shell.addAll(List.of(
                "unshare", root ? "-n" : "-rn", "sh", "-c", String.join(" && ", commands) + " && exec \"$@\"", "sh"));
        String complaint = complaint();
        if (!complaint.isEmpty()) {
            throw new TestAbortedException("a process can have no network of its own here: " + complaint);
        }
        return this;
    }

    private String complaint() {
        List<String> rehearsal = new ArrayList<>(shell);
        rehearsal.add("true");
        try {
            Process process = new ProcessBuilder(rehearsal).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
            return process.waitFor() == 0 ? "" : process.exitValue() + ", " + said;
        } catch (IOException | InterruptedException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /**
     * Runs tests there; fails if one does, and is skipped if all are.
     *
     * @param include which, as in the property {@code tck.include}
     */
    public void run(String include) throws Exception {
        options.add("-D" + PROPERTY + "=" + TestElsewhere.all(include));
        options.add("-D" + RuleExtension.INCLUDE_PROPERTY + "=" + include);
        options.add("-D" + SocketChapters.VERSIONS_PROPERTY + "=none"); // what is elsewhere lies below
        Limits limits = backend.limits().get();
        Limits patient = new Limits(limits.mustHappen().multipliedBy(6), limits.mustNotHappen());
        ChildJvm child = ChildJvm.run(
                shell, ElsewhereKit.class, Remade.maker(backend), patient, options.toArray(String[]::new));
        judge(child);
    }

    /**
     * Runs a program there.
     *
     * @param main it, which gets the name of a class that makes the backend
     * @return what it has printed
     */
    public String run(Class<?> main) throws Exception {
        ChildJvm child = ChildJvm.run(shell, main, Remade.maker(backend), backend.limits().get(), options.toArray(String[]::new));
        if (child.exit() != 0) {
            throw new AssertionError("elsewhere:\n" + child.out() + child.err());
        }
        return child.out();
    }

    private static void judge(ChildJvm child) {
        String said = child.out();
        String complaints = child.err();
        if (child.exit() != 0) { // which ends it in the middle of what it has to do
            throw new AssertionError("elsewhere the process failed: " + child.exit() + "\n" + said + complaints);
        } else if (said.contains(ElsewhereKit.FAILED)) {
            throw new AssertionError("elsewhere:\n" + said);
        } else if (said.contains(ElsewhereKit.SKIPPED) && !said.contains(ElsewhereKit.PASSED)) {
            throw new TestAbortedException("elsewhere: " + said.strip());
        } else if (!said.contains(ElsewhereKit.PASSED)) {
            throw new AssertionError("no test ran elsewhere:\n" + said + complaints);
        }
    }
}
