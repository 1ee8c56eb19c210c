package dev.anyloop.tck.onfake;

import dev.anyloop.tck.onfake.ScannedLoop.Call;

/**
 * Makes each call of a loop with less and less stack left, until there is none for the call itself, and looks whether the
 * loop is whole each time that the call overflowed. To be run where frames always have the same size, by {@code -Xint}.
 */
final class StackScan {

    /** More frames than any call needs. */
    private static final int DEEPEST_CALL = 100;

    private StackScan() {}

    public static void main(String[] arguments) throws InterruptedException {
        Thread thread = new Thread(null, StackScan::scan, "scan", 256 * 1024);
        thread.start();
        thread.join();
    }

    private static void scan() {
        int deepest = deepest();
        ScannedLoop.CALLS.forEach((name, call) -> scan(name, call, false, deepest));
        ScannedLoop.ENDS.forEach((name, call) -> scan(name, call, true, deepest));
    }

    private static int deepest() {
        int depth = 0;
        while (!overflows(depth + 1, () -> { })) {
            depth++;
        }
        return depth;
    }

    /** @param again it may be made once more if it fails, and has to be */
    private static void scan(String name, Call call, boolean again, int deepest) {
        overflows(name, call, again, 0); // loads the classes
        int overflows = 0;
        ScannedLoop often = new ScannedLoop(); // one failure after the other, before the loop has its turn
        for (int depth = deepest - DEEPEST_CALL; depth <= deepest; depth++) {
            if (overflows(name, call, again, depth)) {
                overflows++;
                if (!again && !overflows(depth, call.of(often))) { // for it needs less than the first time
                    often = new ScannedLoop();
                }
            }
        }
        often.check(name);
        System.out.println(name + (overflows > 0 ? " overflowed" : " NEVER OVERFLOWED"));
    }

    /** Whether the call overflowed so deep in the stack of a loop that has one socket. */
    private static boolean overflows(String name, Call call, boolean again, int depth) {
        ScannedLoop scanned = new ScannedLoop();
        Runnable made = call.of(scanned);
        boolean overflows = overflows(depth, made);
        if (overflows) {
            if (again) {
                made.run();
            }
            scanned.check(name);
        }
        return overflows;
    }

    private static boolean overflows(int depth, Runnable call) {
        try {
            descend(depth, call);
            return false;
        } catch (StackOverflowError e) {
            return true;
        }
    }

    private static void descend(int depth, Runnable call) {
        if (depth == 0) {
            call.run();
        } else {
            descend(depth - 1, call);
        }
    }
}
