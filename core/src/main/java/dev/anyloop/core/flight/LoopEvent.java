package dev.anyloop.core.flight;

import jdk.jfr.Category;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** What all of them have. */
@Category("Anyloop")
@Enabled(false)
@StackTrace(false)
abstract class LoopEvent extends Event {

    @Label("Loop")
    @Nullable String loop;
}
