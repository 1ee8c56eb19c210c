package dev.anyloop.http.protocol;

/** The four forms of a target (RFC 9112, 3.2), and what a host looks like. */
final class Targets {

    private Targets() {}

    /** Of the request line just read. */
    static void check(HeadReader head, Fields fields) throws MalformedException {
        int from = head.methodTo + 1;
        if (!isForm(fields, head.methodFrom, head.methodTo, from, head.targetTo)) {
            throw new MalformedException(Rule.TARGET_FORM, fields.bytes, head.methodFrom, head.targetTo);
        }
    }

    private static boolean isForm(Fields fields, int methodFrom, int methodTo, int from, int to) {
        if (Methods.isExactly(fields.bytes, methodFrom, methodTo, "CONNECT")) {
            return isHostAndPort(fields.bytes, from, to);
        }
        if (fields.bytes[from] == '*') {
            return to - from == 1 && Methods.isExactly(fields.bytes, methodFrom, methodTo, "OPTIONS");
        }
        return fields.bytes[from] == '/' || isAbsolute(fields, from, to);
    }

    private static boolean isAbsolute(Fields fields, int from, int to) {
        int at = from;
        while (at < to && Octets.is(Octets.TOKEN, fields.bytes[at])) {
            at++;
        }
        return at > from && to - at > 3 && fields.isText(at, at + 3, "://") && fields.bytes[at + 3] != '/';
    }

    private static boolean isHostAndPort(byte[] bytes, int from, int to) {
        int colon = to;
        while (colon > from && bytes[colon - 1] != ':') {
            colon--;
        }
        return colon - 1 > from && colon < to && isHost(bytes, from, to);
    }

    /** With a port or without one. Not empty: no URI of http has an empty host (RFC 9110, 4.2.1). */
    static boolean isHost(byte[] bytes, int from, int to) {
        if (from == to || Octets.skip(Octets.HOST, bytes, from, to) < to) {
            return false;
        }
        int port = from;
        if (bytes[from] == '[') {
            while (port < to && bytes[port] != ']') {
                port++;
            }
            port++;
            if (port > to) {
                return false;
            }
        } else {
            while (port < to && bytes[port] != ':' && bytes[port] != '[' && bytes[port] != ']') {
                port++;
            }
            if (port == from) {
                return false; // a port without a host
            }
        }
        return port == to || bytes[port] == ':' && Octets.skip(Octets.DIGIT, bytes, port + 1, to) == to;
    }
}
