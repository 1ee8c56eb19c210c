package dev.anyloop.tck.rules;

import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.Limits;
import java.util.function.Supplier;

/**
 * The backend under test, as a chapter sees it, and what its connections run over.
 *
 * @param kit the class that names it
 * @param provider makes its provider
 * @param limits how long its tests wait
 * @param medium what its connections run over
 */
public record Backend(Class<?> kit, Supplier<EventLoopProvider> provider, Supplier<Limits> limits, Medium medium) {}
