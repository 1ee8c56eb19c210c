package dev.anyloop.sim.net;

import dev.anyloop.ErrorKind;
import dev.anyloop.core.transport.EngineException;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The Unix-domain sockets of a machine. Their paths are names and no files: one is taken as long as its socket is open. */
public final class UnixPaths {

    /** The address of who has no name. */
    public static final UnixDomainSocketAddress UNNAMED = UnixDomainSocketAddress.of("");

    /** By its number, which says that it is worth another try. */
    private static final int EAGAIN = 11;

    // set once
    private final Machine machine;
    private final Network network;
    // what there is
    private final Map<UnixDomainSocketAddress, UnixListener> listeners = new LinkedHashMap<>();
    private final Set<UnixEnd> ends = new LinkedHashSet<>();

    UnixPaths(Machine machine, Network network) {
        this.machine = machine;
        this.network = network;
    }

    // ---- for programs ----

    public UnixListener listen(UnixDomainSocketAddress path, int backlog, TcpEnd.Buffers buffers) throws EngineException {
        UnixListener listener = bind(path);
        listener.listen(backlog, buffers);
        return listener;
    }

    /** A socket that does not listen yet. */
    public UnixListener bind(UnixDomainSocketAddress path) throws EngineException {
        if (listeners.containsKey(path)) {
            throw Ports.inUse();
        }
        machine.descriptors().take();
        UnixListener listener = new UnixListener(machine, path);
        listeners.put(path, listener);
        return listener;
    }

    /**
     * It is connected when this returns, or never.
     *
     * @param local {@link #UNNAMED}, or a path
     */
    public UnixEnd connect(UnixDomainSocketAddress remote, UnixDomainSocketAddress local, TcpEnd.Buffers buffers)
            throws EngineException {
        UnixListener listener = listenerAt(remote);
        if (listener == null) {
            throw new EngineException(ErrorKind.CONNECT_REFUSED, "Connection refused");
        } else if (listener.isFull()) {
            throw new EngineException(EAGAIN, "Resource temporarily unavailable");
        }
        machine.descriptors().take();
        UnixEnd end = new UnixEnd(machine, local, remote, buffers, listener.buffers());
        ends.add(end);
        ends.add(end.peer());
        listener.add(end.peer());
        return end;
    }

    /** Whether who connects is neither let in nor refused. */
    public boolean isFull(UnixDomainSocketAddress path) {
        UnixListener listener = listenerAt(path);
        return listener != null && listener.isFull();
    }

    private @Nullable UnixListener listenerAt(UnixDomainSocketAddress path) {
        UnixListener listener = listeners.get(path);
        return machine.isRefusing() || listener == null || !listener.isListening() ? null : listener;
    }

    // ---- for its sockets ----

    void remove(UnixListener listener) {
        listeners.remove(listener.local(), listener);
    }

    void remove(UnixEnd end) {
        ends.remove(end);
    }

    /** After the time that something takes which does not leave the machine. */
    void later(Runnable action) {
        network.schedule().after(Path.LOOPBACK_NANOS, action);
    }

    void note(Object what) {
        network.note(machine, what);
    }

    // ---- all of them ----

    /** Gone with their machine. */
    void clear() {
        listeners.clear();
        ends.clear();
    }

    /** A line for each. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        listeners.values().forEach(listener -> lines.add(listener.toString()));
        ends.forEach(end -> lines.add(end.toString()));
        return lines;
    }
}
