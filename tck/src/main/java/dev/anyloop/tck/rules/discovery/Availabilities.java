package dev.anyloop.tck.rules.discovery;

import dev.anyloop.spi.EventLoopProvider;
import dev.anyloop.tck.rules.Remade;

/** A program that asks whether a backend is available, and asks again: what failed when a class was initialized fails otherwise then. */
final class Availabilities {

    /** What it prints if it got answers. */
    static final String EXPLAINED = "explained twice";

    private static final int TIMES = 2;

    private Availabilities() {}

    /** Of the backend that the named class makes. */
    public static void main(String[] args) throws ReflectiveOperationException {
        EventLoopProvider provider = Remade.provider(args[0]);
        if (provider == null) {
            System.out.println(Remade.NOT);
            return;
        }
        int words = 0;
        for (int i = 0; i < TIMES; i++) {
            words += provider.availability().detail().isBlank() ? 0 : 1;
        }
        System.out.println(words == TIMES ? EXPLAINED : words + " times explained");
    }
}
