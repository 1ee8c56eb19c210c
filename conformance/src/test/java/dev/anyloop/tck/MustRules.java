package dev.anyloop.tck;

import java.util.List;

/** The rules of the specification as the kit reads them, which its module does not show. */
public final class MustRules {

    private MustRules() {}

    /**
     * The rules that hold always.
     *
     * @return their ids, in the order of the specification
     */
    public static List<String> all() {
        return Spec.current().rules().values().stream()
                .filter(rule -> rule.level().equals("MUST"))
                .map(Spec.Entry::id)
                .toList();
    }
}
