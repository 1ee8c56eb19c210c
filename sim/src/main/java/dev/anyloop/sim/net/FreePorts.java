package dev.anyloop.sim.net;

import dev.anyloop.ErrorKind;
import dev.anyloop.core.transport.EngineException;
import java.util.function.IntPredicate;

/** The ports that a machine gives to who asks for none, one after the other. */
final class FreePorts {

    private static final int FIRST = 32_768;
    private static final int LAST = 60_999;

    private int last = FIRST - 1;

    int next(IntPredicate isFree) throws EngineException {
        for (int tried = FIRST; tried <= LAST; tried++) {
            last = last == LAST ? FIRST : last + 1;
            if (isFree.test(last)) {
                return last;
            }
        }
        throw new EngineException(ErrorKind.ADDRESS_NOT_AVAILABLE, "Cannot assign requested address");
    }
}
