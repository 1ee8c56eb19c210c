/**
 * What core tells the JDK's Flight Recorder (WATCH-003): one class for each kind of event. Each is off unless a recording asks for
 * it, and costs a question then. The rooms above say what has happened, and know nothing of recordings.
 */
@NullMarked
package dev.anyloop.core.flight;

import org.jspecify.annotations.NullMarked;
