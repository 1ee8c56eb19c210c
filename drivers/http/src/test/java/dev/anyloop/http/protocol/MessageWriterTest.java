package dev.anyloop.http.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageWriterTest {

    private final MessageWriter writer = new MessageWriter();

    private String taken() {
        return ISO_8859_1.decode(writer.take()).toString();
    }

    @Test
    void anAnswerIsWrittenAsItIsSaid() {
        writer.status(200).field("X", "a \u00e9").contentLength(Long.MAX_VALUE).endFields().raw(ByteBuffer.wrap(new byte[] {'h', 'i'}));
        assertEquals("HTTP/1.1 200 OK\r\nX: a \u00e9\r\nContent-Length: 9223372036854775807\r\n\r\nhi", taken());
        assertEquals("", taken());
    }

    @Test
    void chunksHaveTheirSizeInHexadecimal() {
        writer.status(599).chunked().endFields().chunk(ByteBuffer.allocate(26)).lastChunk().field("T", "").endFields();
        assertEquals("HTTP/1.1 599 \r\nTransfer-Encoding: chunked\r\n\r\n1a\r\n" + "\0".repeat(26) + "\r\n0\r\nT: \r\n\r\n", taken());
        assertThrows(IllegalArgumentException.class, () -> writer.chunk(ByteBuffer.allocate(0)));
        assertEquals("", taken());
    }

    @Test
    void whatIsWrittenIsReadBack() {
        writer.request("PUT", "/a?b").field("Host", "a").chunked().endFields();
        writer.chunk(ByteBuffer.wrap(new byte[5000])).lastChunk().endFields();
        byte[] bytes = taken().getBytes(ISO_8859_1);
        assertEquals("PUT /a?b 1.1 [Host=a] [Transfer-Encoding=chunked] <" + "\0".repeat(5000) + "> end;",
                Transcript.ofRequests(Limits.defaults(), Set.of()).read(bytes, List.of(100, 1000), true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nX: b", "a\n", "\ra", "a\0", "\u007f", " a", "a\t", "\u0100", "\uD83D\uDE00", "a\u010d\u010aX: b"})
    void aValueThatWouldBeReadAsSomethingElseIsRefused(String value) {
        refused(it -> it.field("X", value), "not the value of a field");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:", "a\r\nb", "\u00e9", "\u0141", "(a)"})
    void aNameThatIsNoTokenIsRefused(String name) {
        refused(it -> it.field(name, "a"), "not the name of a field");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length", "transfer-encoding"})
    void theLengthIsNoFieldOfTheUsers(String name) {
        refused(it -> it.field(name, "1"), "says how long the message is");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "G ET", "GET\r\n"})
    void aMethodThatIsNoTokenIsRefused(String method) {
        refused(it -> it.request(method, "/"), "not a method");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/a b", "/\r\n", "/#a", "/\u00e9", "/\u0120"})
    void aTargetThatWouldBeReadAsSomethingElseIsRefused(String target) {
        refused(it -> it.request("GET", target), "not a target");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 99, 600})
    void aStatusThatIsNoneIsRefused(int status) {
        refused(it -> it.status(status), "status: " + status);
    }

    private void refused(Consumer<MessageWriter> call, String words) {
        String message = assertThrows(IllegalArgumentException.class, () -> call.accept(writer)).getMessage();
        assertTrue(message.contains(words), message);
        assertTrue(message.chars().allMatch(c -> c >= ' ' && c <= '~'), "shown safely: " + message);
        assertEquals("", taken(), "nothing of it stays");
    }
}
