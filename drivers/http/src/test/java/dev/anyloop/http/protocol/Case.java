package dev.anyloop.http.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * A line of one of the tables; the tables say how they are written.
 *
 * @param name what it is about, with its source
 * @param bytes what is sent
 * @param expected what is read of it, as a {@link Transcript} has it
 */
public record Case(String name, String bytes, String expected) {

    /** The table of requests. */
    public static List<Case> requests() throws IOException {
        return all("requests.txt");
    }

    public static List<Case> all(String table) throws IOException {
        List<Case> cases = new ArrayList<>();
        try (InputStream in = Case.class.getResourceAsStream(table)) {
            for (String line : new String(in.readAllBytes(), ISO_8859_1).split("\n")) {
                if (!line.isEmpty() && !line.startsWith("#") && !line.startsWith("==")) {
                    String[] parts = line.split(" \\| ?", 3); // no bytes have this
                    cases.add(new Case(parts[0], plain(bytes(parts[1])), plain(read(parts[2]))));
                }
            }
        }
        return cases;
    }

    private static String bytes(String text) {
        return text.replace("{g}", "GET / HTTP/1.1\\cHost: a\\c").replace("{p}", "POST / HTTP/1.1\\cHost: a\\c")
                .replace("{c}", "PUT / HTTP/1.1\\cHost: a\\cTransfer-Encoding: chunked\\c\\c").replace("{o}", "HTTP/1.1 200 OK\\c");
    }

    private static String read(String text) {
        return text.replace("{g}", "GET / 1.1 [Host=a]").replace("{p}", "POST / 1.1 [Host=a]")
                .replace("{c}", "PUT / 1.1 [Host=a] [Transfer-Encoding=chunked]");
    }

    static String plain(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != '\\') {
                plain.append(text.charAt(i));
                continue;
            }
            switch (text.charAt(++i)) {
                case 'c' -> plain.append("\r\n");
                case 'r' -> plain.append('\r');
                case 'n' -> plain.append('\n');
                case 't' -> plain.append('\t');
                case 'x' -> {
                    plain.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
                    i += 2;
                }
                default -> plain.append(text.charAt(i));
            }
        }
        return plain.toString();
    }

    @Override
    public String toString() {
        return name;
    }
}
