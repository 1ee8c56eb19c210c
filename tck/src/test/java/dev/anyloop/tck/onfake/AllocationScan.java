package dev.anyloop.tck.onfake;

import dev.anyloop.ErrorKind;
import dev.anyloop.tck.onfake.ScannedLoop.Call;

/** Makes each call of a loop with memory for less and less of what it allocates, and looks whether the loop is whole each time. */
public final class AllocationScan {

    private AllocationScan() {}

    /** Among the classes that are counted. */
    public static void main(String[] arguments) throws ReflectiveOperationException {
        if (AllocationScan.class.getClassLoader() instanceof CountingLoader) {
            return;
        }
        ClassLoader counting = new CountingLoader(AllocationScan.class.getClassLoader());
        counting.loadClass(AllocationScan.class.getName()).getMethod("scan").invoke(null);
        counting.loadClass(TurnScan.class.getName()).getMethod("scan").invoke(null);
    }

    public static void scan() {
        scanLookUps();
        ScannedLoop.CALLS.forEach((name, call) -> scan(name, call, false));
        ScannedLoop.ENDS.forEach((name, call) -> scan(name, call, true));
        ScannedLoop.ENDS.forEach(AllocationScan::scanClosing);
    }

    /** What is allocated on the thread that asks. */
    private static void scanLookUps() {
        int failures = 0;
        String where;
        do {
            ScannedLoop scanned = new ScannedLoop();
            Allocations.failElsewhereAfter(failures++);
            ErrorKind told = ScannedLoop.lookUp(scanned.loop);
            where = Allocations.stopFailing();
            if (told != ErrorKind.DNS_FAILURE) {
                System.out.println("look-up without memory at " + where + " ended with " + told);
            }
            scanned.check("look-up");
        } while (where != null);
        System.out.println("look-up failed at " + (failures - 1));
    }

    /** @param again it may be made once more if it fails, and has to be */
    private static void scan(String name, Call call, boolean again) {
        int failures = 0;
        while (fails(name, call, again, failures, false)) {
            failures++;
        }
        for (int i = 0; i < failures; i++) {
            fails(name, call, again, i, true);
        }
        System.out.println(name + " failed at " + failures);
    }

    /** Whether it allocates so much that one or all that come after so many can fail. */
    private static boolean fails(String name, Call call, boolean again, int allocations, boolean forGood) {
        ScannedLoop scanned = new ScannedLoop();
        Runnable made = call.of(scanned);
        Allocations.failAfter(allocations, forGood ? Integer.MAX_VALUE : 1);
        try {
            made.run();
        } catch (OutOfMemoryError e) {
            // as ORDER-010 has it
        }
        String where = Allocations.stopFailing();
        if (where != null) {
            if (again) {
                made.run();
            }
            scanned.check(name + " without memory at " + where + (forGood ? " and later" : ""));
        }
        return where != null;
    }

    /** What is begun and cannot be ended before the loop is closed is ended then. */
    private static void scanClosing(String name, Call call) {
        String where;
        int failures = 0;
        do {
            ScannedLoop scanned = new ScannedLoop();
            Runnable made = call.of(scanned);
            Allocations.failAfter(failures++, 1);
            try {
                made.run();
            } catch (OutOfMemoryError e) {
                // as ORDER-010 has it
            }
            where = Allocations.stopFailing();
            scanned.close(name + " without memory at " + where);
        } while (where != null);
    }
}
