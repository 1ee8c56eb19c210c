package dev.anyloop.core.flight;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Threshold;
import org.jspecify.annotations.Nullable;

/** One for each loop, used again and again by its thread. */
@Name("dev.anyloop.Callback")
@Label("Callback")
@Description("A callback of the user's, or a task")
@Threshold("10 ms")
public final class CallbackEvent extends LoopEvent {

    @Label("Callback")
    @Nullable String callback;

    @Label("Of")
    @Description("The socket, server or timer; of a task its class")
    @Nullable String of;

    private transient boolean begun; // asked for while it was not on, it would begin long ago

    public CallbackEvent(String loop) {
        this.loop = loop;
    }

    public void begins() {
        begun = isEnabled();
        if (begun) {
            begin();
        }
    }

    public void returns(String name, Object subject) {
        if (begun) {
            end();
            if (shouldCommit()) {
                callback = name;
                of = subject instanceof Runnable ? subject.getClass().getName() : subject.toString();
                commit();
            }
        }
    }
}
