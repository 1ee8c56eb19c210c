package dev.anyloop.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.sim.Simulation;
import dev.anyloop.sim.SimulationTest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What RFC 9110 and 9112 ask of the answers of a server, whatever its handler does. The rules are those of cispa's http-conformance that are not about
 * a field which only a handler can give (such as code_401_www_authenticate, or any *_grammar), with the names they have there.
 */
class AnswerRulesTest extends SimulatedServer {

    private static final String BODY = "hello";
    private static final List<Integer> STATUSES = List.of(200, 201, 204, 205, 206, 301, 304, 400, 404, 413, 500, 503, 599);
    private static final List<String> MODES = List.of("send", "write", "length", "interim");

    private record Asked(Client client, String method, boolean version10, boolean closes, int status, String mode) {

        String what() {
            return method + " by HTTP/1." + (version10 ? 0 : 1) + (closes ? ", close" : "") + ": " + status + " by " + mode;
        }
    }

    private static void handle(Request request, Response response) {
        String[] parts = request.path().split("/");
        int status = Integer.parseInt(parts[1]);
        ByteBuffer body = ByteBuffer.wrap(hasNone(status) ? new byte[0] : BODY.getBytes(US_ASCII));
        response.status(status).header("X-A", "b c");
        switch (parts[2]) {
            case "write" -> {
                response.write(body);
                response.end();
            }
            case "length" -> {
                response.length(body.remaining()).write(body);
                response.end();
            }
            case "interim" -> response.interim(103, "Link", "</a>").send(body);
            default -> response.send(body);
        }
    }

    private static boolean hasNone(int status) {
        return status == 204 || status == 205 || status == 304;
    }

    @SimulationTest(runs = 1)
    void eachAnswerIsAsTheRulesSay(Simulation sim) {
        client(sim, AnswerRulesTest::handle).end();
        List<Asked> all = new ArrayList<>();
        for (int status : STATUSES) {
            for (String mode : MODES) {
                for (int i = 0; i < 12; i++) {
                    all.add(ask(sim, List.of("GET", "HEAD", "POST").get(i % 3), i / 3 % 2 == 0, i / 6 == 0, status, mode));
                }
            }
        }
        Map<String, Set<String>> fieldsOfGet = new HashMap<>();
        for (Asked asked : all) {
            sim.runUntil(asked.client()::isClosed, Duration.ofSeconds(5));
            try {
                Set<String> fields = check(asked, asked.client().withDates());
                String alike = asked.what().substring(asked.what().indexOf(' '));
                if (asked.method().equals("GET")) {
                    fieldsOfGet.put(alike, fields);
                } else if (asked.method().equals("HEAD")) {
                    assertEquals(fieldsOfGet.get(alike), fields, "head_get_headers, content_length_same_head_get");
                }
            } catch (AssertionError e) {
                throw new AssertionError(asked.what() + ": " + e.getMessage() + "\n" + asked.client().withDates(), e);
            }
        }
    }

    private static Asked ask(Simulation sim, String method, boolean version10, boolean closes, int status, String mode) {
        Client client = Client.of(sim).send(method + " /" + status + "/" + mode + " HTTP/1." + (version10 ? 0 : 1) + "\r\nHost: a\r\nConnection: "
                + (closes ? "close" : "keep-alive") + "\r\n" + (method.equals("POST") ? "Content-Length: 1\r\n\r\nx" : "\r\n")).end();
        return new Asked(client, method, version10, closes, status, mode);
    }

    /** Its fields. */
    private static Set<String> check(Asked asked, String text) {
        String rest = text;
        if (asked.mode().equals("interim") && !asked.version10()) {
            assertEquals("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", rest.substring(0, rest.indexOf("\r\n\r\n") + 4),
                    "content_length_1XX_204, no_transfer_encoding_1xx_204");
            rest = rest.substring(rest.indexOf("\r\n\r\n") + 4);
        }
        int end = rest.indexOf("\r\n\r\n");
        String[] lines = rest.substring(0, end).split("\r\n");
        assertTrue(lines[0].matches("HTTP/1\\.1 " + asked.status() + " [ -~]*"), "a status line, and no interim answer for HTTP/1.0: " + lines[0]);
        Map<String, String> fields = new HashMap<>();
        for (int i = 1; i < lines.length; i++) {
            assertTrue(lines[i].matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+: [!-~]([ -~]*[!-~])?"),
                    "no_bare_cr, field_name_*, field_value_zero_value_lf_cr, field_value_start_or_end_with_whitespace: " + lines[i]);
            int colon = lines[i].indexOf(':');
            assertEquals(null, fields.put(lines[i].substring(0, colon).toLowerCase(Locale.ROOT), lines[i].substring(colon + 2)), "duplicate_fields: " + lines[i]);
        }
        check(asked, fields, rest.substring(end + 4));
        Set<String> set = new HashSet<>(fields.keySet());
        set.add("length " + fields.get("content-length"));
        return set;
    }

    private static void check(Asked asked, Map<String, String> fields, String body) {
        assertTrue(fields.get("date").matches("[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT"), "date_header_required");
        assertEquals("b c", fields.get("x-a"));
        boolean chunked = fields.containsKey("transfer-encoding");
        assertFalse(chunked && fields.containsKey("content-length"), "one length");
        assertFalse(chunked && asked.version10(), "transfer_encoding_http11");
        if (asked.status() == 204) {
            assertFalse(chunked || fields.containsKey("content-length"), "content_length_1XX_204, no_transfer_encoding_1xx_204");
        }
        if (asked.method().equals("HEAD") || hasNone(asked.status())) {
            assertEquals("", body, "content_head_request, code_204_no_additional_content, code_205_no_content_allowed, code_304_no_content");
        } else {
            assertEquals(chunked ? "5\r\n" + BODY + "\r\n0\r\n\r\n" : BODY, body);
        }
        boolean untilClose = !chunked && !fields.containsKey("content-length") && asked.status() != 204 && asked.status() != 304;
        assertTrue(!untilClose || asked.version10(), "a length");
        if (asked.closes() || untilClose) {
            assertEquals("close", fields.get("connection"), "close_option_in_final_response");
        } else if (asked.version10()) {
            assertEquals("keep-alive", fields.get("connection"));
        }
    }
}
