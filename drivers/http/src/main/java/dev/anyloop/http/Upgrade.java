package dev.anyloop.http;

import dev.anyloop.http.protocol.Checks;
import dev.anyloop.http.protocol.Headers;
import dev.anyloop.http.protocol.MessageWriter;
import java.util.List;
import java.util.Objects;

/**
 * Another protocol for a connection, and who speaks it there.
 *
 * @param protocol its name, perhaps with a version: in any case (RFC 9110, 7.8)
 */
record Upgrade(String protocol, UpgradeCallback callback) {

    /** Throws IllegalArgumentException if there is no such name. */
    Upgrade {
        Checks.protocol(protocol);
        Objects.requireNonNull(callback, "callback");
    }

    /** By a request of HTTP/1.1, which may offer others too. What a request of HTTP/1.0 says of it is not looked at. */
    static boolean isAskedFor(String protocol, int minorVersion, Headers request) {
        return minorVersion > 0 && request.lists("Connection", "upgrade") && request.lists("Upgrade", protocol);
    }

    /** By an answer with 101, which has to name it, and it alone (RFC 9110, 15.2.2). */
    boolean isGranted(int minorVersion, Headers answer) {
        List<String> named = answer.all("Upgrade");
        return minorVersion > 0 && answer.lists("Connection", "upgrade") && named.size() == 1 && named.get(0).equalsIgnoreCase(protocol);
    }

    MessageWriter write(MessageWriter writer) {
        return writer.field("Connection", "upgrade").field("Upgrade", protocol);
    }
}
