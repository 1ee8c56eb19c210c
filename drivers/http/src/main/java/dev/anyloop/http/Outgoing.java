package dev.anyloop.http;

import dev.anyloop.http.protocol.Headers;
import dev.anyloop.http.protocol.MessageWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request as it is sent: once, again, or elsewhere.
 *
 * @param fields names and values in turn, without those that are added
 * @param expects whether the body waits for {@code 100 Continue}
 * @param upgrade what it asks for besides, if it does
 */
record Outgoing(String method, URI uri, Origin origin, List<String> fields, @Nullable RequestBody body, boolean expects, @Nullable Upgrade upgrade) {

    /** RFC 9110, 9.2.2. */
    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE");
    /** Which have a body by their meaning, so that none is one of no bytes (RFC 9110, 8.6). */
    private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH");
    private static final Set<String> SECRETS = Set.of("authorization", "proxy-authorization", "cookie");

    /** Whether nobody notices if it is done twice. */
    boolean isRepeatable() {
        return IDEMPOTENT.contains(method) && (body == null || body.isRepeatable());
    }

    void write(MessageWriter writer, Duplex.Coding coding, long length) {
        writer.request(method, Origin.target(method, uri)).field("Host", origin.hostField());
        for (int i = 0; i < fields.size(); i += 2) {
            writer.field(fields.get(i), fields.get(i + 1));
        }
        if (upgrade != null) {
            upgrade.write(writer);
        }
        if (expects) {
            writer.field("Expect", "100-continue");
        }
        if (coding == Duplex.Coding.CHUNKED) {
            writer.chunked();
        } else if (body != null || WITH_BODY.contains(method)) {
            writer.contentLength(length);
        }
        writer.endFields();
    }

    Outgoing withoutExpectation() {
        return new Outgoing(method, uri, origin, fields, body, false, upgrade);
    }

    // ---- redirects ----

    /**
     * What an answer says to ask instead (RFC 9110, 15.4), or null if it says no such thing. Throws IllegalArgumentException if that
     * cannot be asked.
     */
    @Nullable Outgoing redirected(int status, Headers headers) {
        String location = headers.get("Location");
        if (location == null || status != 301 && status != 302 && status != 303 && status != 307 && status != 308) {
            return null;
        }
        URI next = References.resolve(uri, location);
        Origin there = Origin.of(next, null);
        if (origin.secure() && !there.secure()) {
            throw new IllegalArgumentException("from https to " + there);
        }
        boolean isSame = there.equals(new Origin(origin.secure(), origin.host(), origin.port(), null));
        boolean becomesGet = status == 303 && !method.equals("HEAD") || status < 303 && method.equals("POST");
        if (!becomesGet && body != null && !body.isRepeatable()) {
            throw new IllegalArgumentException("the body cannot be sent again to " + there + " (say repeatable if it can)");
        }
        String newMethod = becomesGet ? "GET" : method;
        Origin.target(newMethod, next); // throws here
        return new Outgoing(newMethod, next, isSame ? origin : there, fields(isSame, becomesGet), becomesGet ? null : body,
                expects && !becomesGet, upgrade);
    }

    /** Without what is for the origin alone, if it is another, and without what is about a body, if there is none any more. */
    private List<String> fields(boolean sameOrigin, boolean becomesGet) {
        List<String> kept = new ArrayList<>();
        for (int i = 0; i < fields.size(); i += 2) {
            String name = fields.get(i).toLowerCase(Locale.ROOT);
            boolean isDropped = !sameOrigin && SECRETS.contains(name) || becomesGet && name.startsWith("content-");
            if (!isDropped) {
                kept.add(fields.get(i));
                kept.add(fields.get(i + 1));
            }
        }
        return kept;
    }

    /** For messages: without the query, which may be secret, or long. */
    @Override
    public String toString() {
        String path = uri.getRawPath();
        return method + " " + origin + (path.length() > 80 ? path.substring(0, 80) + "..." : path);
    }
}
