package dev.anyloop.tck.run;

import java.util.function.BinaryOperator;

/** The command that shows a failed test again: of a build, unless whoever runs the kit has said that there is none. */
public final class Rerun {

    // set once in a process, before the run
    private static volatile BinaryOperator<String> command = (kit, test) ->
            "mvn test -Dtest=" + kit + " -Dtck.include=" + test + " -Dtck.seed=" + Seed.current().value();

    private Rerun() {}

    /** From now on, by another command, made of the class that the kit is run as and the name of the test. */
    public static void by(BinaryOperator<String> another) {
        command = another;
    }

    public static String of(String kit, String test) {
        return command.apply(kit, test);
    }
}
