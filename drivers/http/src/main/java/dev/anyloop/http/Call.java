package dev.anyloop.http;

import dev.anyloop.Timer;
import dev.anyloop.http.protocol.Headers;
import dev.anyloop.http.protocol.MalformedException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request from its sending to its end, which comes exactly once: the wait for a connection, and its exchanges, one after the other,
 * if it is repeated or redirected.
 */
final class Call implements HttpClient.Expiring {

    private static final int EXPECTATION_FAILED = 417;

    // set once
    private final HttpClient client;
    private final @Nullable InterimCallback onInterim;
    private final ResponseCallback onResponse;
    private final FailureCallback onFailure;
    private final boolean redirects;
    // loop thread
    private Outgoing outgoing;
    private int redirectsLeft;
    private @Nullable Outgoing next; // asked once this exchange is over
    private @Nullable Pool waiting;
    private long deadline;
    private @Nullable ClientExchange exchange;
    private @Nullable Timer timer; // of the whole
    private boolean sent; // once at least
    private boolean repeated;
    private boolean over;

    Call(HttpClient client, Outgoing outgoing, int redirects, @Nullable InterimCallback onInterim, ResponseCallback onResponse,
            FailureCallback onFailure) {
        this.client = client;
        this.outgoing = outgoing;
        this.redirects = redirects > 0;
        this.redirectsLeft = redirects;
        this.onInterim = onInterim;
        this.onResponse = onResponse;
        this.onFailure = onFailure;
    }

    /** Throws what connecting does. */
    void start(@Nullable Duration timeout) {
        client.pool(outgoing.origin()).add(this);
        if (timeout != null && !over) {
            timer = client.loop().timer(timeout, it -> fail(HttpFailure.TIMEOUT, "the whole took longer than " + timeout, null));
        }
    }

    Outgoing outgoing() {
        return outgoing;
    }

    // ---- waiting for a connection ----

    void queued(Pool pool) {
        waiting = pool;
        deadline = client.in(client.options().connect().connectTimeout());
        client.watch(this);
    }

    /** It is its turn. */
    void takes(ClientExchange made) {
        stopWaiting();
        exchange = made;
    }

    private void stopWaiting() {
        if (waiting != null) {
            waiting.remove(this);
            waiting = null;
            client.unwatch(this);
        }
    }

    @Override
    public long deadline() {
        return deadline;
    }

    @Override
    public void expire() throws Exception {
        fail(HttpFailure.NO_CONNECTION, "none became free within " + client.options().connect().connectTimeout(), null);
    }

    // ---- being answered ----

    void interim(int status, Headers headers) throws Exception {
        if (onInterim != null) {
            onInterim.interim(status, headers);
        }
    }

    void answered(ClientExchange by) throws Exception {
        if (by.status() == EXPECTATION_FAILED && by.withholdsBody()) {
            next = outgoing.withoutExpectation();
        } else if (redirects) {
            redirect(by);
        }
        if (over) {
            return;
        }
        if (next == null) {
            onResponse.answered(by);
        } else if (by.wouldReadTooMuchAway() || !by.isOver()) {
            readTooMuchAway();
        }
    }

    private void redirect(ClientExchange by) throws Exception {
        try {
            next = outgoing.redirected(by.status(), by.headers());
        } catch (IllegalArgumentException e) {
            fail(HttpFailure.REDIRECT, e.getMessage(), e);
            return;
        }
        if (next != null && redirectsLeft-- == 0) {
            fail(HttpFailure.REDIRECT, "once more than may be, to " + next, null);
        }
    }

    /** Of an answer that only says to ask elsewhere. */
    void readTooMuchAway() throws Exception {
        if (next != null) {
            exchange.abandon();
            follow();
        }
    }

    /** The answer is there as a whole. That is the end, unless another one is wanted. */
    void answeredAll() {
        if (next == null) {
            exchange = null;
            finish();
        }
    }

    /** Asks what is to be asked instead, if there is something. */
    void follow() throws Exception {
        if (next != null && !over) {
            exchange = null;
            outgoing = next;
            next = null;
            again();
        }
    }

    private void again() throws Exception {
        sent = true;
        connects(client.pool(outgoing.origin())::addAgain);
    }

    /** Fails if that throws: the loop may be shut down by now. */
    void connects(Consumer<Call> how) throws Exception {
        try {
            how.accept(this);
        } catch (IllegalStateException | IllegalArgumentException e) {
            fail(HttpFailure.NO_CONNECTION, e.getMessage(), e);
        }
    }

    // ---- failing ----

    /** Its connection has ended before anything of an answer; the stale one was kept from a request before. */
    void lost(boolean stale, String detail, @Nullable Throwable cause) throws Exception {
        if (stale && !repeated && !over && outgoing.isRepeatable()) {
            repeated = true;
            exchange = null;
            again();
        } else {
            fail(HttpFailure.LOST, detail, cause);
        }
    }

    void malformed(MalformedException why) throws Exception {
        if (!over) {
            finish();
            onFailure.failed(new MalformedAnswerException(outgoing.toString(), why));
        }
    }

    /** In a callback of the loop. */
    void fail(HttpFailure kind, String detail, @Nullable Throwable cause) throws Exception {
        if (!over) {
            HttpException failure = failure(kind, detail, cause);
            finish();
            onFailure.failed(failure);
        }
    }

    /** In a call of the user's, who is not called back inside it. */
    void failLater(HttpFailure kind, String detail, @Nullable Throwable cause) {
        if (!over) {
            HttpException failure = failure(kind, detail, cause);
            finish();
            tellLater(failure);
        }
    }

    /** Who was told the end has thrown, and so it was none. */
    void endNotTaken(Throwable thrown) {
        tellLater(new HttpException(HttpFailure.CALLBACK, true, outgoing.toString(), thrown.toString(), thrown));
    }

    private void tellLater(HttpException failure) {
        client.tellLater(() -> onFailure.failed(failure));
    }

    private HttpException failure(HttpFailure kind, String detail, @Nullable Throwable cause) {
        return new HttpException(kind, sent || exchange != null && exchange.hasBegun(), outgoing.toString(), detail, cause);
    }

    /** In a call of the user's. */
    boolean cancel() {
        if (over) {
            return false;
        }
        finish();
        return true;
    }

    /** Whatever is under way for it is not any more. */
    private void finish() {
        over = true;
        stopWaiting();
        if (timer != null) {
            timer.cancel();
        }
        if (exchange != null) {
            exchange.abandon(); // does nothing if it is whole
            exchange = null;
        }
    }
}
