package dev.anyloop.tck.record;

import dev.anyloop.core.transport.Acceptor;
import dev.anyloop.core.transport.AcceptorEvents;
import dev.anyloop.core.transport.Connection;
import dev.anyloop.core.transport.ConnectionEvents;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An acceptor of the transport under test: checks that each event may come now, and records what it accepts. */
public final class RecordedAcceptor implements AcceptorEvents {

    private final SeamDriver driver;
    private final List<RecordedConnection> accepted = new ArrayList<>();
    private @Nullable Acceptor acceptor;
    private Consumer<RecordedConnection> onAccepted = connection -> {};
    private Runnable onClosed = () -> {};
    private @Nullable Error refusal;
    private int failures;
    private boolean closing;
    private boolean closed;

    RecordedAcceptor(SeamDriver driver) {
        this.driver = driver;
    }

    void use(Acceptor listening) {
        acceptor = listening;
    }

    public Acceptor acceptor() {
        if (acceptor == null) {
            throw new AssertionError("used before listen() returned");
        }
        return acceptor;
    }

    public int port() {
        return ((InetSocketAddress) acceptor().localAddress()).getPort();
    }

    public void close() {
        if (!closing && acceptor != null) {
            closing = true;
            acceptor.close();
        }
    }

    public RecordedAcceptor onAccepted(Consumer<RecordedConnection> reaction) {
        onAccepted = reaction;
        return this;
    }

    public RecordedAcceptor onClosed(Runnable reaction) {
        onClosed = reaction;
        return this;
    }

    /** The next one is not taken: there is no memory for it, as it were. */
    public RecordedAcceptor refuseNext(Error thrown) {
        refusal = thrown;
        return this;
    }

    /** How often {@code acceptFailed} was told. */
    public int failures() {
        return failures;
    }

    @Override
    public ConnectionEvents accepted(Connection connection) {
        event("accepted");
        Error thrown = refusal;
        refusal = null;
        if (thrown != null) {
            throw thrown;
        }
        RecordedConnection recorded = new RecordedConnection(driver).use(connection);
        driver.accepted(recorded);
        accepted.add(recorded);
        onAccepted.accept(recorded);
        return recorded;
    }

    @Override
    public void acceptFailed(IOException cause) {
        event("acceptFailed");
        failures++;
    }

    @Override
    public void closed() {
        event("closed");
        closed = true;
        onClosed.run();
    }

    private void event(String name) {
        driver.checkEvent(name);
        if (closed || closing != name.equals("closed")) {
            driver.fail(new AssertionError(name + (closing ? " after" : " without") + " close()"));
        }
    }

    public List<RecordedConnection> accepted() {
        return accepted;
    }

    public boolean isClosed() {
        return acceptor == null || closed;
    }
}
