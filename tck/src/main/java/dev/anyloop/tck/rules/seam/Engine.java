package dev.anyloop.tck.rules.seam;

import dev.anyloop.core.transport.Transport;
import dev.anyloop.tck.Limits;
import dev.anyloop.tck.rules.Medium;
import java.io.IOException;
import java.util.function.Supplier;

/**
 * The transport under test, as a chapter sees it.
 *
 * @param kit the class that names it
 * @param opener opens a fresh one
 * @param limits how long its tests wait
 * @param medium what its connections run over
 */
public record Engine(Class<?> kit, Opener opener, Supplier<Limits> limits, Medium medium) {

    /** Opens a transport for the calling thread. */
    @FunctionalInterface
    public interface Opener {
        Transport open() throws IOException;
    }
}
