package dev.anyloop.netty;

import dev.anyloop.core.transport.EngineException;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelPromise;
import java.io.IOException;
import java.net.NoRouteToHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes Netty's wrapping off a failure, so that what is left is the system's own. */
final class Causes {

    /** What Netty's native transports make of an error number: {@code send(..) failed with error(-32): Broken pipe}. */
    private static final Pattern NATIVE = Pattern.compile(".*\\(\\.\\.\\) failed with error\\(-(\\d+)\\): ?(.*)");

    private Causes() {}

    /** Whether it is a failure of I/O at all, and not of a program. */
    static boolean isSystems(Throwable failure) {
        return innermost(failure) instanceof IOException;
    }

    /** The failure as the system told it. */
    static IOException system(Throwable failure) {
        Throwable cause = innermost(failure);
        String message = cause.getMessage();
        if (cause instanceof NoRouteToHostException && message == null) {
            return new NoRouteToHostException("No route to host");
        }
        Matcher told = NATIVE.matcher(message == null ? "" : message);
        if (told.matches()) {
            return new EngineException(Integer.parseInt(told.group(1)), told.group(2));
        }
        // The JDK and Netty call an address they cannot use an illegal argument; it is a failed attempt like any other.
        if (cause instanceof IOException known) {
            return known;
        }
        return new IOException(cause instanceof ChannelException ? message : "Unusable address: " + cause);
    }

    /** Throws what a promise that is done has failed for. */
    static void check(ChannelPromise promise) throws IOException {
        if (promise.cause() instanceof VirtualMachineError error) {
            throw error;
        } else if (promise.cause() != null) {
            throw system(promise.cause());
        }
    }

    /** The first cause of all. */
    static Throwable innermost(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
