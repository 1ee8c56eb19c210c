package dev.anyloop.tck.rules.signal;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.Signal;
import dev.anyloop.spi.EventLoopProvider;
import java.util.function.Predicate;

/** An application that listens to a signal, in a class loader of its own. What it is of is known to all class loaders. */
public final class ListeningCopy implements Predicate<String> {

    private final String signal;
    private final EventLoop loop;
    private int heard;

    /** Of a provider, known by the name of its class. */
    public ListeningCopy(String provider, String signal) throws ReflectiveOperationException {
        EventLoopProvider made = (EventLoopProvider) Class.forName(provider).getConstructor().newInstance();
        if (!made.availability().available()) {
            throw new IllegalStateException(made.availability().detail());
        }
        this.signal = signal;
        this.loop = made.open(LoopOptions.defaults());
    }

    /** To listen, once more if it does already; to hear, whether it has since it was asked last; or to end. */
    @Override
    public boolean test(String order) {
        switch (order) {
            case "listen" -> loop.signal(signal, (Signal told) -> heard++);
            case "hear" -> {
                loop.stop();
                loop.run();
            }
            default -> loop.close();
        }
        boolean told = heard > 0;
        heard = 0;
        return told;
    }
}
