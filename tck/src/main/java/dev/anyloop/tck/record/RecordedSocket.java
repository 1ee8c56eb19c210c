package dev.anyloop.tck.record;

import dev.anyloop.CompletionCallback;
import dev.anyloop.ErrorCallback;
import dev.anyloop.NetworkException;
import dev.anyloop.ReadCallback;
import dev.anyloop.Socket;
import dev.anyloop.SocketCallback;
import dev.anyloop.TlsOptions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A socket under test, all of whose callbacks are installed: each checks that it may come now
 * ({@code connect (data)* end? error? close}, ORDER-005), remembers what came, then runs the test's own reaction, which
 * is set here instead of on the socket. What came may be read from any thread.
 */
public final class RecordedSocket {

    private final LoopSession session;
    private final Socket socket;
    private final Grammar grammar;
    private final Transcript transcript = new Transcript();

    private SocketCallback onConnect = s -> {};
    private ReadCallback onRead = (s, data) -> {};
    private SocketCallback onEnd = s -> {};
    private SocketCallback onDrain = s -> {};
    private ErrorCallback onError = (s, error) -> {};
    private CompletionCallback onClose = (s, error) -> {};

    RecordedSocket(LoopSession session, Socket socket, boolean accepted) {
        this.session = session;
        this.socket = socket;
        this.grammar = new Grammar(accepted);
        if (accepted) {
            session.checkConnected(socket);
        }
        socket.onConnect(this::connected)
                .onRead(this::read)
                .onEnd(s -> event("end", () -> onEnd.run(s)))
                .onDrain(s -> event("drain", () -> onDrain.run(s)))
                .onError(this::failed)
                .onClose(this::closed);
    }

    private void connected(Socket s) throws Exception {
        session.checkConnected(s);
        event("connect", () -> onConnect.run(s));
    }

    private void event(String name, LoopSession.Callback reaction) throws Exception {
        session.callback(name, () -> {
            String problem = grammar.next(name, socket.isOpen());
            if (problem != null) {
                session.fail(new AssertionError(problem + " (so far: " + trace() + ")"));
            }
            transcript.event(name);
            reaction.run();
        });
    }

    /** Secures it; the reaction runs when it is. */
    public RecordedSocket startTls(TlsOptions options, SocketCallback reaction) {
        socket.startTls(options, s -> event("secure", () -> reaction.run(s)));
        return this;
    }

    private void read(Socket s, ByteBuffer data) throws Exception {
        if (data.remaining() < 1 || data.remaining() > 65_536) {
            session.fail(new AssertionError("a read callback got " + data.remaining() + " bytes (READ-001)"));
        }
        transcript.received(data.duplicate());
        event("data", () -> onRead.read(s, data));
    }

    private void failed(Socket s, NetworkException error) throws Exception {
        transcript.failed(error);
        event("error", () -> onError.failed(s, error));
    }

    private void closed(Socket s, @Nullable NetworkException error) throws Exception {
        NetworkException before = error();
        if (before != null && (error == null || error.kind() != before.kind())) {
            session.fail(new AssertionError("closed with " + error + " after error " + before + " (CLOSE-004)"));
        }
        transcript.closedWith(error);
        event("close", () -> onClose.completed(s, error));
    }

    /** A write completion that is remembered under this label, and must come once and before the close. */
    public CompletionCallback completion(String label) {
        grammar.expectCompletion(label);
        return (s, error) -> session.callback("completion " + label, () -> {
            String problem = grammar.completed(label);
            if (problem != null) {
                session.fail(new AssertionError(problem + " (so far: " + trace() + ")"));
            }
            transcript.completed(error == null ? label : label + ":" + error.kind());
        });
    }

    void assertClosed() {
        String problem = grammar.atEnd();
        if (problem != null) {
            throw new AssertionError(problem + " (in all: " + trace() + ")");
        }
    }

    // The test's reactions

    public RecordedSocket onConnect(SocketCallback reaction) {
        onConnect = reaction;
        return this;
    }

    public RecordedSocket onRead(ReadCallback reaction) {
        onRead = reaction;
        return this;
    }

    public RecordedSocket onEnd(SocketCallback reaction) {
        onEnd = reaction;
        return this;
    }

    public RecordedSocket onDrain(SocketCallback reaction) {
        onDrain = reaction;
        return this;
    }

    public RecordedSocket onError(ErrorCallback reaction) {
        onError = reaction;
        return this;
    }

    public RecordedSocket onClose(CompletionCallback reaction) {
        onClose = reaction;
        return this;
    }

    // What came

    public Socket socket() {
        return socket;
    }

    /** For example {@code "connect data end close"}; chunks of data in a row count as one, drains are counted apart. */
    public String trace() {
        return transcript.trace();
    }

    public byte[] bytes() {
        return transcript.bytes();
    }

    public int byteCount() {
        return transcript.byteCount();
    }

    public String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    public boolean saw(String event) {
        return transcript.saw(event);
    }

    public int drains() {
        return transcript.drains();
    }

    /** The labels of completed writes in order, failed ones as {@code "label:KIND"}. */
    public List<String> completions() {
        return transcript.completions();
    }

    public @Nullable NetworkException error() {
        return transcript.error();
    }

    public @Nullable NetworkException closeError() {
        return transcript.closeError();
    }

    /** The error it must have got. */
    public NetworkException expectedError() {
        return expected("error", error());
    }

    /** The error it must have been closed with. */
    public NetworkException expectedCloseError() {
        return expected("close with an error", closeError());
    }

    private NetworkException expected(String what, @Nullable NetworkException found) {
        if (found == null) {
            throw new AssertionError("no " + what + " (in all: " + trace() + ")");
        }
        return found;
    }
}
