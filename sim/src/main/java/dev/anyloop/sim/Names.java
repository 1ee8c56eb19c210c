package dev.anyloop.sim;

import dev.anyloop.Resolver;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The name service: the names are those of the hosts, in any case (RFC 4343). */
final class Names implements Resolver {

    private final Map<String, Host> hosts;
    private final Set<Host> unresolvable = new HashSet<>();
    private final Map<Host, Duration> delays = new HashMap<>();

    Names(Map<String, Host> hosts) {
        this.hosts = hosts;
    }

    /** What a host is found by. */
    static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    void unresolvable(Host host, boolean on) {
        if (on) {
            unresolvable.add(host);
        } else {
            unresolvable.remove(host);
        }
    }

    void delay(Host host, Duration time) {
        delays.put(host, time);
    }

    /** How long the answer takes. */
    Duration delay(String name) {
        Host host = hosts.get(key(name));
        return host == null ? Duration.ZERO : delays.getOrDefault(host, Duration.ZERO);
    }

    @Override
    public List<InetAddress> resolve(String name) throws UnknownHostException {
        if (name.equalsIgnoreCase("localhost")) {
            return List.of(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        }
        @Nullable Host host = hosts.get(key(name));
        if (host == null || unresolvable.contains(host)) {
            throw new UnknownHostException(name);
        }
        return List.of(host.machine().ipv4(), host.machine().ipv6());
    }
}
