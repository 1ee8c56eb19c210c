package dev.anyloop.core.flight;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Threshold;
import org.jspecify.annotations.Nullable;

/** What runs of the user's. Of a callback inside another the outer one is not told. */
@Name("dev.anyloop.Callback")
@Label("Callback")
@Description("A callback of the user's, or a task")
@Threshold("10 ms")
public final class CallbackEvent extends RepeatedEvent {

    @Label("Callback")
    @Nullable String callback;

    @Label("Of")
    @Description("The socket, server or timer; of a task its class")
    @Nullable String of;

    public CallbackEvent(String loop) {
        super(loop);
    }

    public void ends(String name, Object subject) {
        try {
            if (hasEnded()) {
                callback = name;
                of = subject instanceof Runnable ? subject.getClass().getName() : subject.toString();
                commit();
            }
        } catch (VirtualMachineError e) {
            // It was to be watched, no more: the user's handler is for what callbacks throw.
        }
    }
}
