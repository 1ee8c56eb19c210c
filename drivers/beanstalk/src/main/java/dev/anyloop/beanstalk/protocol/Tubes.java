package dev.anyloop.beanstalk.protocol;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The tube that is used and those that are watched, of a connection or of whom it is for.
 *
 * @param used where what is put goes
 * @param watched where jobs are reserved from, never empty
 */
public record Tubes(String used, Set<String> watched) {

    private static final String DEFAULT = "default";

    /** As a connection begins. */
    public static final Tubes INITIAL = new Tubes(DEFAULT, Set.of(DEFAULT));

    /** After {@code use}. */
    public Tubes using(String tube) {
        return new Tubes(tube, watched);
    }

    /** After {@code watch}. */
    public Tubes watching(String tube) {
        Set<String> all = new LinkedHashSet<>(watched);
        all.add(tube);
        return new Tubes(used, all);
    }

    /** After {@code ignore}, which does nothing to the last one. */
    public Tubes ignoring(String tube) {
        Set<String> rest = new LinkedHashSet<>(watched);
        rest.remove(tube);
        return rest.isEmpty() ? this : new Tubes(used, rest);
    }

    /**
     * What makes these of others.
     *
     * @param others those of a connection
     * @return the commands, in their order: a tube is watched before another is ignored, since one must always be
     */
    public List<Command<?>> after(Tubes others) {
        List<Command<?>> commands = new ArrayList<>();
        if (!used.equals(others.used)) {
            commands.add(Commands.use(used));
        }
        watched.stream().filter(tube -> !others.watched.contains(tube)).map(Commands::watch).forEach(commands::add);
        others.watched.stream().filter(tube -> !watched.contains(tube)).map(Commands::ignore).forEach(commands::add);
        return commands;
    }
}
