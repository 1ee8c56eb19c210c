package dev.anyloop.sim;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** Which programs have something to do now, and which later: a simulation takes so many steps that not all can be asked at each. */
final class Agenda {

    private static final Comparator<Program> PLACES = Comparator.comparingLong(Program::place);

    private final List<Program> stirred = new ArrayList<>(); // may have something to do now; each knows that it is among them
    private final TreeSet<Program> later = new TreeSet<>(Comparator.comparingLong(Program::wakeAt).thenComparing(PLACES));

    /** Something has happened to it. */
    void stir(Program program) {
        if (program.stir()) {
            stirred.add(program);
        }
    }

    /** It has something to do at a moment of its own. */
    void add(Program program) {
        later.add(program);
    }

    /** To be called before that moment changes. */
    void remove(Program program) {
        later.remove(program);
    }

    /** Who has something to do at that moment, in an order that only depends on how they were started. */
    List<Program> due(long now) {
        while (next() <= now) {
            stir(later.pollFirst());
        }
        stirred.removeIf(program -> program.rests(now));
        if (stirred.size() > 1) {
            stirred.sort(PLACES);
        }
        return stirred;
    }

    /** When the first of the others has something to do; {@link Long#MAX_VALUE} for never. */
    long next() {
        return later.isEmpty() ? Long.MAX_VALUE : later.first().wakeAt();
    }
}
