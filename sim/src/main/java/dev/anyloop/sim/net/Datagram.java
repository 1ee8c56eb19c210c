package dev.anyloop.sim.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;

/**
 * A datagram.
 *
 * @param from who sends it
 * @param to whom it is for
 * @param bytes what is in it
 */
public record Datagram(InetSocketAddress from, InetSocketAddress to, byte[] bytes) {

    private static final byte[] EVERYBODY = {-1, -1, -1, -1};

    /** It leaves or comes. */
    private record Passing(Datagram datagram, boolean arriving) {

        @Override
        public int hashCode() {
            int ends = 31 * datagram.from.getPort() + datagram.to.getPort();
            return 31 * (31 * ends + datagram.bytes.length) + (arriving ? 1 : 0);
        }

        @Override
        public String toString() {
            String what = "a datagram of " + datagram.bytes.length + " bytes";
            return arriving ? "gets " + what + " from " + Machine.text(datagram.from) : "sends " + what + " to " + Machine.text(datagram.to);
        }
    }

    /** For the log. */
    Object passing(boolean arriving) {
        return new Passing(this, arriving);
    }

    /** Asked for every datagram, so without the text of the address. */
    static boolean isBroadcast(InetAddress address) {
        return Arrays.equals(address.getAddress(), EVERYBODY);
    }

    /** To a group, or to all: then nobody is told that somebody is not there. */
    boolean isForMany() {
        return to.getAddress().isMulticastAddress() || isBroadcast(to.getAddress());
    }
}
