package dev.anyloop.core.flight;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Threshold;
import org.jspecify.annotations.Nullable;

/** A task that is queued while somebody wants to know how long they wait. */
public final class TaskWait implements Runnable {

    /** From {@code execute} to the beginning of the task. */
    @Name("dev.anyloop.TaskWait")
    @Label("Task Wait")
    @Description("A task waited for its turn, from execute() to its beginning")
    @Threshold("10 ms")
    private static final class Waited extends LoopEvent {

        @Label("Task")
        @Description("Its class")
        @Nullable String task;
    }

    private static final Waited ASKED = new Waited();

    private final Runnable task;
    private final Waited event;

    private TaskWait(Runnable task) {
        this.task = task;
        this.event = new Waited();
        event.begin();
    }

    /** Any thread. The task itself, unless it is to be watched. */
    public static Runnable watched(Runnable task) {
        return ASKED.isEnabled() ? new TaskWait(task) : task;
    }

    /** Loop thread: its turn has come. */
    public Runnable begins(String loop) {
        try {
            event.end();
            if (event.shouldCommit()) {
                event.loop = loop;
                event.task = task.getClass().getName();
                event.commit();
            }
        } catch (VirtualMachineError e) {
            // It was to be watched, no more: the task runs all the same.
        }
        return task;
    }

    @Override
    public void run() {
        task.run();
    }
}
