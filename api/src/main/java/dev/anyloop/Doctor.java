package dev.anyloop;

/**
 * Tells which backends there are, in which versions, and why one cannot be used:
 * {@code java -cp … dev.anyloop.Doctor}.
 */
public final class Doctor {

    private Doctor() {}

    /**
     * Prints the {@link #report()}.
     *
     * @param args none
     */
    public static void main(String[] args) {
        System.out.println(report());
    }

    /**
     * Looks at every backend on the class path. Safe from any thread.
     *
     * @return one entry for each: name, version, native library and kernel method or transport, what it has beyond TCP,
     *     or why it is not available; and which one {@link EventLoop#open()} would take
     */
    public static String report() {
        Backends backends = Backends.found();
        String runtime = "Java " + System.getProperty("java.version") + " on " + System.getProperty("os.name") + " "
                + System.getProperty("os.arch");
        return runtime + "\n" + backends.describe() + "\n" + chosen(backends);
    }

    private static String chosen(Backends backends) {
        try {
            return "EventLoop.open() takes: " + backends.choose(LoopOptions.defaults()).name();
        } catch (BackendUnavailableException e) {
            return "EventLoop.open() fails: " + e.getMessage().lines().findFirst().orElse("");
        }
    }
}
