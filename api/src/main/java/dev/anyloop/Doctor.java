package dev.anyloop;

/**
 * Tells which backends there are, in which versions, and why one cannot be used:
 * {@code java -cp … dev.anyloop.Doctor}. With the number of another process it tells what the loops of that are doing, if it was started
 * with {@code -Danyloop.jmx=true} or has called {@link OpenLoops#registerMXBean()}.
 */
public final class Doctor {

    private Doctor() {}

    /**
     * Prints the {@link #report()}, or the loops of another process.
     *
     * @param args none, or the number of a process of the same user on this machine
     */
    public static void main(String[] args) {
        try {
            System.out.println(args.length == 0 ? report() : OtherProcess.loops(args[0]));
        } catch (IllegalArgumentException e) {
            fail(e.getMessage());
        } catch (NoClassDefFoundError e) {
            fail("this runtime cannot look into other processes: " + e + " (use that of a JDK, with its modules jdk.attach, java.management"
                    + " and java.management.rmi)");
        }
    }

    private static void fail(String why) {
        System.err.println(why);
        System.exit(1);
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
