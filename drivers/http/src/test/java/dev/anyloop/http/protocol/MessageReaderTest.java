package dev.anyloop.http.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MessageReaderTest {

    private static final Set<Leniency> ALL = EnumSet.allOf(Leniency.class);

    // ---- the tables ----

    static List<Case> requests() throws IOException {
        return Case.all("requests.txt");
    }

    static List<Case> lenient() throws IOException {
        return Case.all("lenient.txt");
    }

    static List<Case> answers() throws IOException {
        return Case.all("answers.txt");
    }

    @ParameterizedTest
    @MethodSource("requests")
    void aRequestIsReadAsTheTableSaysWhereverItIsCut(Case it) {
        readsWhereverCut(it.bytes(), it.expected(), () -> Transcript.ofRequests(Limits.defaults(), Set.of()));
    }

    @ParameterizedTest
    @MethodSource("lenient")
    void leniencyLetsPassWhatItNamesAndNothingElse(Case it) {
        readsWhereverCut(it.bytes(), it.expected(), () -> Transcript.ofRequests(Limits.defaults(), ALL));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void anAnswerIsReadAsTheTableSaysWhereverItIsCut(Case it) {
        boolean asked = it.bytes().matches("(?s)[A-Z,]+ HTTP/.*");
        String[] methods = asked ? it.bytes().substring(0, it.bytes().indexOf(' ')).split(",") : new String[] {"GET"};
        String bytes = asked ? it.bytes().substring(it.bytes().indexOf(' ') + 1) : it.bytes();
        readsWhereverCut(bytes, it.expected(), () -> Transcript.ofAnswers(Set.of(), methods));
    }

    private static void readsWhereverCut(String text, String expected, Supplier<Transcript> reader) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        assertEquals(expected, reader.get().read(bytes, List.of(), true), "in one piece");
        for (int cut = 0; cut <= bytes.length; cut++) {
            assertEquals(expected, reader.get().read(bytes, List.of(cut), true), "cut at " + cut);
        }
        assertEquals(expected, reader.get().read(bytes, IntStream.range(0, bytes.length).boxed().toList(), true), "byte by byte");
    }

    // ---- the head before, which is remembered ----

    private static final List<String> BEFORE = List.of(
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "OPTIONS /much/longer HTTP/1.1\r\nHost: a\r\nX: 1\r\n\r\n",
            "GET / HTTP/1.0\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\nx",
            "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nContent-Type: y\r\n\r\n");

    @ParameterizedTest
    @MethodSource("requests")
    void whatWasReadBeforeMakesNoDifference(Case it) {
        readsAfterOthers(it, () -> Transcript.ofRequests(Limits.defaults(), Set.of()));
    }

    @ParameterizedTest
    @MethodSource("lenient")
    void norDoesItForWhoIsLenient(Case it) {
        readsAfterOthers(it, () -> Transcript.ofRequests(Limits.defaults(), ALL));
    }

    /** And after itself, if it can be read twice. */
    private static void readsAfterOthers(Case it, Supplier<Transcript> reader) {
        byte[] bytes = it.bytes().getBytes(ISO_8859_1);
        BEFORE.forEach(before -> readsAfter(before.getBytes(ISO_8859_1), bytes, List.of(), reader));
        if (it.expected().endsWith("end;")) {
            IntStream.rangeClosed(0, bytes.length).forEach(cut -> readsAfter(bytes, bytes, List.of(bytes.length + cut), reader));
        }
    }

    private static void readsAfter(byte[] before, byte[] bytes, List<Integer> cuts, Supplier<Transcript> reader) {
        byte[] both = Arrays.copyOf(before, before.length + bytes.length);
        System.arraycopy(bytes, 0, both, before.length, bytes.length);
        String expected = reader.get().read(before, List.of(), true) + reader.get().read(bytes, List.of(), true);
        assertEquals(expected, reader.get().read(both, cuts, true), () -> "after " + new String(before, ISO_8859_1) + ", cut at " + cuts);
    }

    /** With another first line, and with lines more, less or otherwise than before. */
    @Test
    void eachChangeOfAHeadIsSeen() {
        List<String> fields = List.of("Host: a\r\n", "Accept: */*\r\n", "Connection: close\r\n", "X-Long: " + "x".repeat(600) + "\r\n",
                "Cookie: a=1\r\n", "Cookie: a=2\r\n", "cookie: a=2\r\n", "Content-Length: 0\r\n");
        List<String> heads = Stream.of("GET / HTTP/1.1\r\n", "DELETE /abc HTTP/1.1\r\n").flatMap(line ->
                IntStream.range(0, 1 << fields.size()).filter(set -> Integer.bitCount(set) <= 3).mapToObj(set -> line
                        + IntStream.range(0, fields.size()).filter(i -> (set >> i & 1) > 0).mapToObj(fields::get).reduce("", String::concat) + "\r\n"))
                .filter(head -> head.contains("Host")).toList();
        for (String before : heads) {
            for (String head : heads) {
                String expected = transcript(before) + transcript(head);
                assertEquals(expected, transcript(before + head), before + head);
            }
        }
    }

    private static String transcript(String requests) {
        return Transcript.ofRequests(Limits.defaults(), Set.of()).read(requests.getBytes(ISO_8859_1), List.of(), true);
    }

    @Test
    void everyRuleHasACaseThatBreaksIt() throws IOException {
        String all = Stream.of(requests(), answers()).flatMap(List::stream).map(Case::expected).reduce("", (a, b) -> a + b + "\n");
        Set<Rule> limits = EnumSet.of(Rule.START_LINE_TOO_LONG, Rule.FIELDS_TOO_LARGE, Rule.TOO_MANY_FIELDS, Rule.CHUNK_EXTENSIONS_TOO_LARGE);
        assertEquals(limits, Stream.of(Rule.values()).filter(rule -> !all.matches("(?s).*!" + rule + "\n.*")).collect(toSet()));
    }

    @Test
    void namesOfCasesAreUnique() throws IOException {
        List<String> names = requests().stream().map(it -> it.name() + it.bytes()).toList();
        assertEquals(names.stream().distinct().toList(), names);
    }

    @Test
    void aStatusWithoutSpaceIsReadIfThatIsAllowed() {
        readsWhereverCut("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", "200  1.1 [Content-Length=0] end;",
                () -> Transcript.ofAnswers(ALL, "GET"));
    }

    // ---- limits ----

    @Test
    void theFirstLineIsAsLongAsItsLimitAndNoLonger() {
        Limits limits = Limits.defaults().withStartLine(64);
        String target = "/" + "x".repeat(64 - "GET / HTTP/1.1\r\n".length());
        reads("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n", "GET " + target + " 1.1 [Host=a] end;", limits);
        reads("GET " + target + "x HTTP/1.1\r\nHost: a\r\n\r\n", "!START_LINE_TOO_LONG", limits);
        reads("\r\nGET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n", "!START_LINE_TOO_LONG", limits);
        reads("\r\n".repeat(33), "!START_LINE_TOO_LONG", limits);
    }

    @Test
    void fieldsAreAsLongAsTheirLimitAndNoLonger() {
        Limits limits = Limits.defaults().withFields(64, 100);
        String value = "x".repeat(64 - "Host: a\r\nX: \r\n\r\n".length());
        reads("GET / HTTP/1.1\r\nHost: a\r\nX: " + value + "\r\n\r\n", "GET / 1.1 [Host=a] [X=" + value + "] end;", limits);
        reads("GET / HTTP/1.1\r\nHost: a\r\nX: " + value + "x\r\n\r\n", "!FIELDS_TOO_LARGE", limits);
        reads("GET / HTTP/1.1\r\nHost: a\r\n" + "x".repeat(100), "!FIELDS_TOO_LARGE", limits);
    }

    /** The bytes of these are too many for a table, and for each cut. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            COMP-LONG-URL-OK,                     /, a, 7900,    ' HTTP/1.1\\cHost: a\\c\\c', HEAD
            MAL-LONG-URL,                         /, a, 100000,  ' HTTP/1.1\\cHost: a\\c\\c', START_LINE_TOO_LONG
            'MAL-LONG-HEADER-VALUE, COOK-OVERSIZED', '/ HTTP/1.1\\cHost: a\\cX: ', b, 100000, '\\c\\c', FIELDS_TOO_LARGE
            MAL-LONG-HEADER-NAME,                 '/ HTTP/1.1\\cHost: a\\c', a, 100000, ': b\\c\\c', FIELDS_TOO_LARGE
            MAL-MANY-HEADERS,                     '/ HTTP/1.1\\cHost: a\\c', 'X: y\\c', 10000, '\\c', TOO_MANY_FIELDS
            MAL-RANGE-OVERLAPPING,                '/ HTTP/1.1\\cHost: a\\cRange: bytes=', '0-,', 1000, '0-\\c\\c', HEAD
            COOK-MANY-PAIRS,                      '/ HTTP/1.1\\cHost: a\\cCookie: ', 'k=v; ', 1000, 'k=v\\c\\c', HEAD
            MAL-CHUNK-EXT-64K,                    '/ HTTP/1.1\\cHost: a\\cTransfer-Encoding: chunked\\c\\c5;', a, 65536, '\\chello\\c', CHUNK_EXTENSIONS_TOO_LARGE
            """)
    void whatIsLongIsReadUpToTheDefaultLimits(String name, String before, String repeated, int times, String after, String expected) {
        MessageReader reader = MessageReader.ofRequests(Limits.defaults(), Set.of());
        ByteBuffer in = ascii(Case.plain("POST " + before + repeated.repeat(times) + after));
        String found;
        try {
            found = reader.next(in).name();
            found = found.equals("HEAD") && in.hasRemaining() ? reader.next(in).name() : found;
        } catch (MalformedException e) {
            found = e.rule().name();
        }
        assertEquals(expected, found, name);
    }

    @Test
    void trailersHaveTheLimitOfFieldsForThemselves() {
        Limits limits = Limits.defaults().withFields(64, 2);
        String head = "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n";
        String read = "PUT / 1.1 [Host=a] [Transfer-Encoding=chunked]";
        reads(head + "A: 1\r\nB: 2\r\n\r\n", read + " {A=1} {B=2} end;", limits);
        reads(head + "A: 1\r\nB: 2\r\nC: 3\r\n\r\n", read + "!TOO_MANY_FIELDS", limits);
        reads(head + "A: " + "x".repeat(64), read + "!FIELDS_TOO_LARGE", limits);
    }

    @Test
    void thereAreAsManyFieldsAsTheLimitAndNoMore() {
        Limits limits = Limits.defaults().withFields(10_000, 20);
        String nineteen = "X: 1\r\n".repeat(19);
        reads("GET / HTTP/1.1\r\nHost: a\r\n" + nineteen + "\r\n", "GET / 1.1 [Host=a]" + " [X=1]".repeat(19) + " end;", limits);
        reads("GET / HTTP/1.1\r\nHost: a\r\n" + nineteen + "Y: 1\r\n\r\n", "!TOO_MANY_FIELDS", limits);
    }

    @Test
    void extensionsOfAllChunksAreCountedTogether() {
        Limits limits = Limits.defaults().withChunkExtensions(10);
        String head = "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        String read = "PUT / 1.1 [Host=a] [Transfer-Encoding=chunked]";
        reads(head + "1;abcd\r\nx\r\n1;efgh\r\ny\r\n0\r\n\r\n", read + " <xy> end;", limits);
        reads(head + "1;abcd\r\nx\r\n1;efgh\r\ny\r\n0;a\r\n\r\n", read + " <xy!CHUNK_EXTENSIONS_TOO_LARGE", limits);
    }

    @Test
    void aBodyIsAsLongAsTheLimitAndNoLonger() {
        Limits limits = Limits.defaults().withBody(4);
        String head = "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        String read = "PUT / 1.1 [Host=a] [Transfer-Encoding=chunked]";
        reads(head + "2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n", read + " <abcd> end;", limits);
        reads(head + "2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n", read + " <ab!BODY_TOO_LARGE", limits);
        reads("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde", "!BODY_TOO_LARGE", limits);
    }

    private static void reads(String text, String expected, Limits limits) {
        readsWhereverCut(text, expected, () -> Transcript.ofRequests(limits, Set.of()));
    }

    @Test
    void aLargeHeadIsReadInPieces() {
        String value = "v".repeat(3000);
        String text = "GET /" + "t".repeat(5000) + " HTTP/1.1\r\nHost: a\r\nA: " + value + "\r\nB: " + value + "\r\n\r\n";
        String expected = "GET /" + "t".repeat(5000) + " 1.1 [Host=a] [A=" + value + "] [B=" + value + "] end;";
        byte[] bytes = text.getBytes(ISO_8859_1);
        for (int cut = 0; cut <= bytes.length; cut += 101) {
            assertEquals(expected, Transcript.ofRequests(Limits.defaults(), Set.of()).read(bytes, List.of(cut), true));
        }
    }

    // ---- the rest ----

    @Test
    void aRefusalNamesTheRuleItsSectionAndTheBytesSafely() {
        MessageReader reader = MessageReader.ofRequests(Limits.defaults(), Set.of());
        MalformedException refused = assertThrows(MalformedException.class,
                () -> reader.next(ascii("GET / HTTP/1.1\r\nHost: a\r\nX: \"a\u001b[31m\u0000")));
        assertEquals(Rule.FIELD_VALUE, refused.rule());
        assertEquals("FIELD_VALUE (RFC 9110, 5.5): a value with a control: \"\\x22a\\x1b\"", refused.getMessage());
        assertEquals(0, refused.getStackTrace().length);
        assertThrows(IllegalStateException.class, () -> reader.next(ascii("GET")));
    }

    @Test
    void bytesBeyondAMessageAreLeftInTheInput() throws MalformedException {
        MessageReader reader = MessageReader.ofRequests(Limits.defaults(), Set.of());
        ByteBuffer in = ascii("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /2");
        assertEquals(MessageReader.Event.HEAD, reader.next(in));
        assertEquals(MessageReader.Event.END, reader.next(in));
        assertEquals(MessageReader.Event.END, reader.next(in));
        assertEquals("GET /2", ISO_8859_1.decode(in.duplicate()).toString());
        reader.begin();
        assertFalse(reader.isInHead());
        assertEquals(MessageReader.Event.NEED_MORE, reader.next(in));
        assertTrue(reader.isInHead());
    }

    @Test
    void aDirectBufferIsReadAsOneOnTheHeap() throws MalformedException {
        byte[] bytes = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(ISO_8859_1);
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        MessageReader reader = MessageReader.ofRequests(Limits.defaults(), Set.of());
        assertEquals(MessageReader.Event.HEAD, reader.next(direct));
        assertEquals("/x", reader.target());
    }

    @Test
    void fieldsAreFoundByNameInAnyCase() throws MalformedException {
        Headers headers = head("Accept: a\r\nX-One: 1\r\naccept: b , C\r\n").headers();
        assertEquals("a", headers.get("ACCEPT"));
        assertEquals(List.of("a", "b , C"), headers.all("Accept"));
        assertTrue(headers.lists("accept", "c"));
        assertFalse(headers.lists("accept", "d"));
        assertNull(headers.get("X-On"));
        assertTrue(headers.contains("x-one"));
        assertEquals(4, headers.size());
        assertEquals("accept", headers.name(3));
        assertThrows(IndexOutOfBoundsException.class, () -> headers.value(4));
        assertEquals("Host: a\nAccept: a\nX-One: 1\naccept: b , C\n", headers.toString());
    }

    @Test
    void aViewOfAMessageThatIsOverRefusesToAnswer() throws MalformedException {
        MessageReader reader = head("X: 1\r\n");
        Headers old = reader.headers();
        assertEquals(MessageReader.Event.END, reader.next(ascii("")));
        assertEquals("1", old.get("X"));
        reader.begin();
        assertThrows(IllegalStateException.class, () -> old.get("X"));
        assertThrows(IllegalStateException.class, old::size);
    }

    @Test
    void theNextMessageIsNotBegunBeforeTheEndOfTheOneBefore() throws MalformedException {
        MessageReader reader = head("Content-Length: 3\r\n");
        assertEquals(3, reader.contentLength());
        assertThrows(IllegalStateException.class, reader::begin);
        assertThrows(IllegalStateException.class, () -> reader.begin("GET"));
    }

    private static MessageReader head(String fields) throws MalformedException {
        MessageReader reader = MessageReader.ofRequests(Limits.defaults(), Set.of());
        assertEquals(MessageReader.Event.HEAD, reader.next(ascii("GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n")));
        return reader;
    }

    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(ISO_8859_1));
    }

    @Test
    void limitsOutOfRangeAreRefusedByName() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> Limits.defaults().withStartLine(1)).getMessage()
                .contains("startLine: 1"));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> Limits.defaults().withBody(-1)).getMessage().contains("body < 0: -1"));
    }
}
