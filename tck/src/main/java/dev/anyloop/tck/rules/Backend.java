package dev.anyloop.tck.rules;

import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.Limits;
import java.util.function.Supplier;

/**
 * The backend under test, as a chapter sees it, with its connections secured or not.
 *
 * @param kit the class that names it
 * @param provider makes its provider
 * @param limits how long its tests wait
 * @param security how connections are secured
 */
public record Backend(Class<?> kit, Supplier<EventLoopProvider> provider, Supplier<Limits> limits, Security security) {}
