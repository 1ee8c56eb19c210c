package dev.anyloop.benchmarks;

import dev.anyloop.benchmarks.inner.InnerMain;
import dev.anyloop.benchmarks.servers.Mode;
import dev.anyloop.benchmarks.servers.ServerMain;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A server under test: ours, or a reference.
 *
 * @param name for people
 * @param ours whether it is Anyloop
 * @param java the command that runs it, with options of its own, or empty if it is written in C
 * @param classPath of a JVM, empty in C
 * @param arguments to {@link ServerMain} after the mode; in C, the one path of its program
 */
record Candidate(String name, boolean ours, List<String> java, String classPath, List<String> arguments) {

    private static final List<String> JVM_OPTIONS = List.of(
            "-Xms256m", "-Xmx1g", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED",
            "-Djdk.virtualThreadScheduler.parallelism=1");

    private static final Set<String> DATAGRAMS = Set.of(Candidates.C_RECVFROM, Candidates.C_RECVMMSG);
    private static final Set<String> HTTP = Set.of(Candidates.C_HTTP, Candidates.MICROHTTP, Candidates.VERTX);
    private static final Set<String> HTTP_ONLY = Set.of(Candidates.C_HTTP, Candidates.MICROHTTP);
    private static final Set<String> AT_PATH = Set.of(Candidates.C_EPOLL, Candidates.C_IO_URING, Candidates.JAVA_NIO);
    private static final Set<String> SECURE = Set.of(Candidates.JAVA_NIO, Candidates.VERTX);

    boolean isJvm() {
        return !java.isEmpty();
    }

    /** The same for who wants an answer and no figure: it is compiled by the quick compiler alone, which takes half as long to start. */
    Candidate compiledQuickly() {
        List<String> quick = new ArrayList<>(java);
        if (isJvm()) {
            quick.add("-XX:TieredStopAtLevel=1");
        }
        return new Candidate(name, ours, quick, classPath, arguments);
    }

    /**
     * Only ours and Netty can do more than answer or echo; C has programs of its own for TLS, for HTTP and for datagrams. At a path
     * are those, too, and of the others only what is written by hand.
     */
    boolean offers(Service service) {
        if (name.equals(Candidates.C_OPENSSL)) {
            return service.secure();
        } else if (DATAGRAMS.contains(name)) {
            return service.mode() == Mode.DATAGRAM;
        } else if (HTTP_ONLY.contains(name)) {
            return service.mode() == Mode.HTTP;
        }
        boolean all = ours || name.startsWith(Candidates.NETTY);
        boolean few = service.atPath() ? AT_PATH.contains(name)
                : service.secure() ? SECURE.contains(name)
                : service.mode() == Mode.HTTP ? HTTP.contains(name) : service.mode() == Mode.PING || service.mode() == Mode.ECHO;
        return all || few;
    }

    List<String> serve(Mode mode) {
        String word = mode.name().toLowerCase(Locale.ROOT);
        return isJvm() ? command(ServerMain.class, word) : List.of(arguments.get(0), word);
    }

    List<String> inner(String measurement) {
        return command(InnerMain.class, measurement);
    }

    private List<String> command(Class<?> main, String first) {
        List<String> command = new ArrayList<>(java);
        command.addAll(JVM_OPTIONS);
        command.addAll(List.of("-cp", classPath, main.getName(), first));
        command.addAll(arguments);
        return command;
    }
}
