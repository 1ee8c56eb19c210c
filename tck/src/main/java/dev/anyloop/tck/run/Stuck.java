package dev.anyloop.tck.run;

import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Something does not come to its end. The message says so in a line; where its threads are is told apart from it. */
public final class Stuck extends AssertionError {

    private static final long serialVersionUID = 1L;

    /** The frames of a thread that only waits for work, and those that every test has below it. */
    private static final Pattern RUNNER =
            Pattern.compile("(java|javax|jdk|sun|com\\.sun|org\\.junit|org\\.apache\\.maven)\\..*");

    private final String details;

    /**
     * Made by another thread than the one that is stuck.
     *
     * @param state what it may be waiting for, or an empty text
     */
    public Stuck(String message, Thread thread, String state) {
        super(message);
        setStackTrace(thread.getStackTrace());
        this.details = (state.isEmpty() ? "" : state.stripTrailing() + "\n") + threads(thread);
    }

    /** The state, and the threads that are somewhere else than in the JDK and in what runs the tests. */
    public String details() {
        return details;
    }

    private static String threads(Thread stuck) {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(each -> each.getKey() == stuck || each.getKey() != Thread.currentThread()
                        && Arrays.stream(each.getValue()).anyMatch(Stuck::matters))
                .sorted(Map.Entry.comparingByKey((a, b) -> Boolean.compare(a != stuck, b != stuck)))
                .map(each -> thread(each.getKey(), each.getValue()))
                .collect(Collectors.joining("\n"));
    }

    /** The innermost frames say what it waits in, those further out only whose call that is. */
    private static String thread(Thread thread, StackTraceElement[] stack) {
        StringBuilder text = new StringBuilder()
                .append('"').append(thread.getName()).append("\" ").append(thread.getState());
        boolean inside = true;
        for (StackTraceElement frame : stack) {
            inside &= !matters(frame);
            if (inside || matters(frame)) {
                text.append("\n    at ").append(frame);
            }
        }
        return text.toString();
    }

    private static boolean matters(StackTraceElement frame) {
        return !RUNNER.matcher(frame.getClassName()).matches();
    }
}
