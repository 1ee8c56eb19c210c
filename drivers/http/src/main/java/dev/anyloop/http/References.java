package dev.anyloop.http;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a {@code Location} leads (RFC 9110, 10.2.2), by RFC 3986, 5.2. The JDK goes by the RFC before it, in which a query alone takes the
 * last part of the path away, and too many {@code ..} stay.
 */
final class References {

    private static final Pattern PARTS = Pattern.compile("(?:([^:/?#]+):)?(?://([^/?#]*))?([^?#]*)(?:\\?([^#]*))?(?:#(.*))?"); // appendix B
    private static final String NOT_IN_URIS = "\"<>\\^`{|}";

    private References() {}

    /** Throws IllegalArgumentException if it is none. */
    static URI resolve(URI base, String reference) {
        Matcher parts = PARTS.matcher(encoded(reference));
        if (!parts.matches()) {
            throw new AssertionError(reference); // everything does
        }
        boolean hasScheme = parts.group(1) != null;
        boolean hasAuthority = hasScheme || parts.group(2) != null;
        String path = parts.group(3).replace("[", "%5B").replace("]", "%5D");
        boolean isSame = !hasAuthority && path.isEmpty();
        return URI.create((hasScheme ? parts.group(1) : base.getScheme()) + ":"
                + after("//", hasAuthority ? parts.group(2) : base.getRawAuthority())
                + (isSame ? base.getRawPath() : withoutDots(hasAuthority || path.startsWith("/") ? path : folder(base) + path))
                + after("?", isSame && parts.group(4) == null ? base.getRawQuery() : parts.group(4))
                + after("#", parts.group(5) == null ? base.getRawFragment() : parts.group(5)));
    }

    /** What servers send all the same: bytes of any charset, spaces and the like. */
    private static String encoded(String reference) {
        StringBuilder encoded = new StringBuilder();
        for (char c : reference.toCharArray()) { // a byte each
            encoded.append(c > ' ' && c <= '~' && NOT_IN_URIS.indexOf(c) < 0 ? String.valueOf(c) : String.format("%%%02X", (int) c));
        }
        return encoded.toString();
    }

    private static String after(String mark, @Nullable String part) {
        return part == null ? "" : mark + part;
    }

    private static String folder(URI base) {
        String path = base.getRawPath();
        return path.isEmpty() ? "/" : path.substring(0, path.lastIndexOf('/') + 1);
    }

    private static String withoutDots(String path) {
        if (!path.startsWith("/")) {
            return path;
        }
        List<String> kept = new ArrayList<>();
        String[] all = path.substring(1).split("/", -1);
        for (int i = 0; i < all.length; i++) {
            boolean up = all[i].equals("..");
            if (up && !kept.isEmpty()) {
                kept.remove(kept.size() - 1);
            }
            if (!up && !all[i].equals(".")) {
                kept.add(all[i]);
            } else if (i == all.length - 1) {
                kept.add("");
            }
        }
        return "/" + String.join("/", kept);
    }
}
