package dev.anyloop.sim;

import dev.anyloop.Resolver;
import dev.anyloop.sim.net.Asked;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** The name service: the names are those of the hosts, in any case (RFC 4343). */
final class Names implements Resolver {

    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+");
    private static final String LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
    private static final Pattern NAME = Pattern.compile("(?=.{1,253}$)" + LABEL + "(?:\\." + LABEL + ")*");

    private final Map<String, Host> hosts;
    private final Map<Host, Asked<Boolean>> unresolvable = new HashMap<>();
    private final Map<Host, Asked<Duration>> delays = new HashMap<>();

    Names(Map<String, Host> hosts) {
        this.hosts = hosts;
    }

    /** Whether a host may be called so. */
    static void check(String name) {
        boolean address = ADDRESS.matcher(name).matches(); // it would never be looked up
        if (address || !NAME.matcher(name).matches() || name.equalsIgnoreCase("localhost")) {
            throw new IllegalArgumentException("not a name for a host: \"" + name
                    + "\" (use letters, digits, dots and hyphens as names do, and no address)");
        }
    }

    /** What a host is found by. */
    static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** Answers with what ends it. */
    Runnable unresolvable(Host host) {
        return asked(unresolvable, host).begin(true);
    }

    /** Answers with what ends it. */
    Runnable delay(Host host, Duration time) {
        return asked(delays, host).begin(time);
    }

    private static <V> Asked<V> asked(Map<Host, Asked<V>> of, Host host) {
        return of.computeIfAbsent(host, first -> new Asked<>());
    }

    /** How long the answer takes. */
    Duration delay(String name) {
        Host host = hosts.get(key(name));
        return host == null ? Duration.ZERO : asked(delays, host).or(Duration.ZERO);
    }

    @Override
    public List<InetAddress> resolve(String name) throws UnknownHostException {
        if (name.equalsIgnoreCase("localhost")) {
            return List.of(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        }
        Host host = hosts.get(key(name));
        if (host == null || asked(unresolvable, host).isAny()) {
            throw new UnknownHostException(name);
        }
        return List.of(host.machine().ipv4(), host.machine().ipv6());
    }
}
