package dev.anyloop.benchmarks;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All servers under test, and the names by which results are compared. */
final class Candidates {

    static final String C_EPOLL = "C epoll";
    static final String C_IO_URING = "C io_uring";
    static final String C_LIBEVENT = "C libevent";
    static final String C_BUFFEREVENT = "C bufferevent";
    static final String C_OPENSSL = "C OpenSSL";
    static final String C_HTTP = "C HTTP";
    static final String C_RECVFROM = "C recvfrom";
    static final String C_RECVMMSG = "C recvmmsg";
    static final String JAVA_NIO = "Java NIO";
    static final String NETTY = "Netty ";
    static final String VERTX = "Vert.x";
    static final String MICROHTTP = "microhttp";
    static final String ANYLOOP = "Anyloop ";

    /** A build of Anyloop from another checkout. */
    static final String OTHER = "other ";

    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
    private static final String CLASS_PATH = System.getProperty("java.class.path");

    private Candidates() {}

    /**
     * In the order in which they are measured and shown.
     *
     * @param programs the compiled programs, by name
     * @param other a built checkout, to measure its Anyloop beside this one, or null
     */
    static List<Candidate> all(Map<String, Path> programs, @Nullable Path other) {
        List<Candidate> all = new ArrayList<>();
        c(all, C_EPOLL, programs.get("epoll"));
        c(all, C_IO_URING, programs.get("io_uring"));
        c(all, C_LIBEVENT, programs.get("libevent"));
        c(all, C_BUFFEREVENT, programs.get("bufferevent"));
        c(all, "C libuv", programs.get("libuv"));
        c(all, C_OPENSSL, programs.get("openssl"));
        c(all, C_HTTP, programs.get("http"));
        c(all, C_RECVFROM, programs.get("recvfrom"));
        c(all, C_RECVMMSG, programs.get("recvmmsg"));
        all.add(jvm(JAVA_NIO, JAVA, "nio"));
        ours(all, other, "nio");
        ours(all, other, "libevent");
        ours(all, other, "uring"); // on the JDK of the bench, as what it is compared to
        for (String transport : List.of("nio", "epoll", "io_uring")) {
            all.add(jvm(NETTY + transport, JAVA, "netty", transport));
            ours(all, other, "netty", transport);
        }
        all.add(jvm(VERTX, JAVA, "vertx"));
        all.add(jvm(MICROHTTP, JAVA, "microhttp"));
        all.add(jvm("JDK async", JAVA, "async"));
        all.add(jvm("virtual threads", javaWithVirtualThreads(), "virtual"));
        return all;
    }

    private static void c(List<Candidate> all, String name, Path program) {
        if (program != null) {
            all.add(new Candidate(name, false, List.of(), "", List.of(program.toString())));
        }
    }

    private static Candidate jvm(String name, Path java, String... arguments) {
        return new Candidate(name, false, List.of(java.toString()), CLASS_PATH, List.of(arguments));
    }

    private static void ours(List<Candidate> all, @Nullable Path other, String... transport) {
        String name = String.join(" ", transport);
        List<String> arguments = new ArrayList<>(List.of("anyloop"));
        arguments.addAll(List.of(transport));
        List<String> java = List.of(JAVA.toString());
        all.add(new Candidate(ANYLOOP + name, true, java, CLASS_PATH, arguments));
        if (other != null) {
            all.add(new Candidate(OTHER + name, true, java, classPath(other), arguments));
        }
    }

    /** The same servers on the Anyloop of another checkout: its modules instead of ours, but for the bench itself. */
    private static String classPath(Path other) {
        String here = Path.of("").toAbsolutePath().getParent() + File.separator;
        return Stream.of(CLASS_PATH.split(File.pathSeparator))
                .map(entry -> entry.startsWith(here) && !entry.startsWith(here + "benchmarks")
                        ? other.resolve(entry.substring(here.length())).toString() : entry)
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** This one, or the JDK 25 that {@code JAVA_25_HOME} names, as for the continuous build. */
    static Path javaWithVirtualThreads() {
        String home = System.getenv("JAVA_25_HOME");
        return Runtime.version().feature() >= 21 || home == null ? JAVA : Path.of(home, "bin", "java");
    }
}
