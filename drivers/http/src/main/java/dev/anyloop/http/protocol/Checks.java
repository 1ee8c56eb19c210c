package dev.anyloop.http.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Locale;
import java.util.Set;

/** What can be sent: the rest would be read as something else at the other end, and is refused at the call. */
public final class Checks {

    private static final int SHOWN = 40;
    /** How the message is framed and routed, who asks, what is asked for, how it is answered, and what its body is. */
    private static final Set<String> NO_TRAILERS = Set.of(
            "content-length", "transfer-encoding", "trailer", "te", "connection", "keep-alive", "proxy-connection", "upgrade", "host",
            "authorization", "proxy-authorization", "www-authenticate", "proxy-authenticate", "cookie", "set-cookie", "cache-control",
            "expect", "max-forwards", "pragma", "range", "age", "date", "expires", "location", "retry-after", "vary", "warning",
            "content-encoding", "content-type", "content-range");

    private Checks() {}

    /**
     * A method.
     *
     * @param method a token, in the case that is meant
     * @return the method
     * @throws IllegalArgumentException if it is none (RFC 9110, 9.1)
     */
    public static String method(String method) {
        return token("a method", method);
    }

    /**
     * The name of a field.
     *
     * @param name a token
     * @return the name
     * @throws IllegalArgumentException if it is none (RFC 9110, 5.1)
     */
    public static String fieldName(String name) {
        return token("the name of a field", name);
    }

    /**
     * The name of a trailer.
     *
     * @param name a token
     * @return the name
     * @throws IllegalArgumentException if it is none, or one of a field that has to be known before the body (RFC 9110, 6.5.1)
     */
    public static String trailerName(String name) {
        String lower = fieldName(name).toLowerCase(Locale.ROOT);
        if (NO_TRAILERS.contains(lower) || lower.startsWith("if-")) {
            throw new IllegalArgumentException(name + " would come too late as a trailer (RFC 9110, 6.5.1: use a field of the head)");
        }
        return name;
    }

    /**
     * The name of a protocol, as {@code Upgrade} has it.
     *
     * @param protocol a token, or two with a slash between, of which the second is a version
     * @return the name
     * @throws IllegalArgumentException if it is none (RFC 9110, 7.8)
     */
    public static String protocol(String protocol) {
        int slash = protocol.indexOf('/');
        token("a protocol", slash < 0 ? protocol : protocol.substring(0, slash));
        if (slash >= 0) {
            token("the version of a protocol", protocol.substring(slash + 1));
        }
        return protocol;
    }

    private static String token(String what, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0x7f || !Octets.is(Octets.TOKEN, text.charAt(i))) {
                throw refused("not " + what, text, i, "use letters, digits and !#$%&'*+-.^_`|~");
            }
        }
        if (text.isEmpty()) {
            throw new IllegalArgumentException("not " + what + ": \"\" (it needs a character)");
        }
        return text;
    }

    /**
     * The value of a field. A line break in it would begin another field, or another message.
     *
     * @param value printable characters, spaces and TABs, up to U+00FF, not beginning or ending with a space
     * @return the value
     * @throws IllegalArgumentException if it is none (RFC 9110, 5.5)
     */
    public static String fieldValue(String value) {
        int length = value.length();
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            if (c > 0xff || !Octets.is(Octets.VALUE, c)) {
                throw refused("not the value of a field", value, i, "encode what is not of ISO 8859-1, and leave line breaks away");
            }
        }
        if (length > 0 && (value.charAt(0) <= ' ' || value.charAt(length - 1) <= ' ')) {
            throw refused("not the value of a field", value, 0, "spaces around it would be lost");
        }
        return value;
    }

    /**
     * The target of a request, of any form (RFC 9112, 3.2).
     *
     * @param target printable characters of ASCII without space, {@code "#<>}
     * @return the target
     * @throws IllegalArgumentException if it is none
     */
    public static String target(String target) {
        for (int i = 0; i < target.length(); i++) {
            if (target.charAt(i) > 0x7f || !Octets.is(Octets.TARGET, target.charAt(i))) {
                throw refused("not a target", target, i, "encode it by percent signs");
            }
        }
        if (target.isEmpty()) {
            throw new IllegalArgumentException("not a target: \"\" (use \"/\")");
        }
        return target;
    }

    /**
     * A host, with a port or without one, as {@code Host} has it.
     *
     * @param host a name, or an address, of IPv6 in brackets
     * @return the host
     * @throws IllegalArgumentException if it is none (RFC 3986, 3.2.2)
     */
    public static String host(String host) {
        for (int i = 0; i < host.length(); i++) {
            if (host.charAt(i) > 0x7f || !Octets.is(Octets.HOST, host.charAt(i))) {
                throw refused("not a host", host, i, "use its ASCII form, as java.net.IDN has it");
            }
        }
        if (!Targets.isHost(host.getBytes(US_ASCII), 0, host.length())) {
            throw refused("not a host", host, 0, "use a name or an address, of IPv6 in brackets");
        }
        return host;
    }

    /**
     * The status of an answer.
     *
     * @param status 100 to 599
     * @return the status
     * @throws IllegalArgumentException if there is none (RFC 9110, 15)
     */
    public static int status(int status) {
        if (status < 100 || status > 599) {
            throw new IllegalArgumentException("status: " + status + " (use 100 to 599)");
        }
        return status;
    }

    private static IllegalArgumentException refused(String what, String text, int at, String wayOut) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < Math.min(text.length(), SHOWN); i++) {
            char c = text.charAt(i);
            shown.append(c >= ' ' && c <= '~' ? String.valueOf(c) : String.format("\\u%04x", (int) c));
        }
        return new IllegalArgumentException(what + ": \"" + shown + (text.length() > SHOWN ? "..." : "") + "\", character " + at
                + " (" + wayOut + ")");
    }
}
