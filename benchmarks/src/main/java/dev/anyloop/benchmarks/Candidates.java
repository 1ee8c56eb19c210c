package dev.anyloop.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** All servers under test, and the names by which results are compared. */
final class Candidates {

    static final String C_EPOLL = "C epoll";
    static final String C_LIBEVENT = "C libevent";
    static final String C_BUFFEREVENT = "C bufferevent";
    static final String JAVA_NIO = "Java NIO";
    static final String NETTY = "Netty ";
    static final String ANYLOOP = "Anyloop ";

    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

    private Candidates() {}

    /**
     * In the order in which they are measured and shown.
     *
     * @param programs the compiled programs, by name
     */
    static List<Candidate> all(Map<String, Path> programs) {
        List<Candidate> all = new ArrayList<>();
        c(all, C_EPOLL, programs.get("epoll"));
        c(all, C_LIBEVENT, programs.get("libevent"));
        c(all, C_BUFFEREVENT, programs.get("bufferevent"));
        c(all, "C libuv", programs.get("libuv"));
        all.add(jvm(JAVA_NIO, JAVA, "nio"));
        all.add(ours("nio"));
        all.add(ours("libevent"));
        for (String transport : List.of("nio", "epoll", "io_uring")) {
            all.add(jvm(NETTY + transport, JAVA, "netty", transport));
            all.add(ours("netty", transport));
        }
        all.add(jvm("Vert.x", JAVA, "vertx"));
        all.add(jvm("JDK async", JAVA, "async"));
        all.add(jvm("virtual threads", javaWithVirtualThreads(), "virtual"));
        return all;
    }

    private static void c(List<Candidate> all, String name, Path program) {
        if (program != null) {
            all.add(new Candidate(name, false, null, List.of(program.toString())));
        }
    }

    private static Candidate jvm(String name, Path java, String... arguments) {
        return new Candidate(name, false, java, List.of(arguments));
    }

    private static Candidate ours(String... arguments) {
        List<String> all = new ArrayList<>(List.of("anyloop"));
        all.addAll(List.of(arguments));
        return new Candidate(ANYLOOP + String.join(" ", arguments), true, JAVA, all);
    }

    /** This one, or the JDK 25 that {@code JAVA_25_HOME} names, as for the continuous build. */
    static Path javaWithVirtualThreads() {
        String home = System.getenv("JAVA_25_HOME");
        return Runtime.version().feature() >= 21 || home == null ? JAVA : Path.of(home, "bin", "java");
    }
}
