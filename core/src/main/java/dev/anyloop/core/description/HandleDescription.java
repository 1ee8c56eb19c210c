package dev.anyloop.core.description;

import org.jspecify.annotations.Nullable;

/**
 * A socket, server or datagram socket, as it was at some moment, about.
 *
 * @param local its own address, if it has one yet
 * @param peer whom it is connected to, or was asked to connect to
 * @param state in one word
 * @param pendingBytes how many wait for the kernel
 * @param wanted whether it keeps the loop running
 */
public record HandleDescription(Kind kind, @Nullable String local, @Nullable String peer, String state, boolean paused,
        boolean peerEnded, long pendingBytes, boolean wanted) {

    /** How people and programs call them. */
    public enum Kind {
        SOCKET("socket"), SERVER("server"), DATAGRAM_SOCKET("datagram socket");

        private final String word;

        Kind(String word) {
            this.word = word;
        }
    }

    /** Of what is bound to a port, and open until it is closed. */
    public static HandleDescription bound(Kind kind, String local, @Nullable String peer, boolean open, boolean paused, long pendingBytes,
            boolean wanted) {
        return new HandleDescription(kind, local, peer, open ? "open" : "closed", paused, false, pendingBytes, wanted);
    }

    Json json() {
        return new Json().put("kind", kind.word).put("local", local).put("peer", peer).put("state", state).put("paused", paused)
                .put("peerEnded", peerEnded).put("pendingBytes", pendingBytes).put("ref", wanted);
    }

    String line() {
        return wanted ? toString() : this + ", unref'd";
    }

    @Override
    public String toString() {
        return kind.word + (kind == Kind.SOCKET ? " to " + peer + after(" from ", local) + ": " + state + details()
                : " on " + local + after(" to ", peer) + (state.equals("closed") ? ": closed" : paused ? ": paused" : ""));
    }

    private static String after(String word, @Nullable String address) {
        return address == null ? "" : word + address;
    }

    private String details() {
        return (paused ? ", paused" : "") + (peerEnded ? ", peer has ended" : "")
                + (pendingBytes > 0 ? ", " + pendingBytes + " bytes pending" : "");
    }
}
