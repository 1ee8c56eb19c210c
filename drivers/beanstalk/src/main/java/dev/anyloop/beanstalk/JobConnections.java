package dev.anyloop.beanstalk;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections on which jobs are waited for and held, one job each. So a wait blocks nobody, and ends at once with its
 * connection; and a job that is held can always be touched and deleted.
 */
final class JobConnections {

    private static final int MOST_AT_REST = 8;

    private final Endpoint endpoint;
    private final Set<Connection> all = new LinkedHashSet<>();
    private final Deque<Connection> atRest = new ArrayDeque<>();
    private boolean closed;

    JobConnections(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** The one that was used last, since it is the least likely to be dead, or a new one. */
    Connection take(Connection.Owner owner) {
        Connection rested = atRest.pollLast();
        if (rested != null) {
            pass(rested, owner);
            return rested;
        }
        Member member = new Member(null, owner);
        member.connection = new Connection(endpoint, member);
        all.add(member.connection);
        return member.connection;
    }

    /** It goes on with somebody else. */
    void pass(Connection connection, Connection.Owner owner) {
        connection.owner(new Member(connection, owner));
    }

    /** Nothing is held and nothing asked on it. */
    void giveBack(Connection connection) {
        pass(connection, cause -> atRest.remove(connection));
        if (closed || atRest.size() == MOST_AT_REST) {
            connection.end();
        } else {
            atRest.addLast(connection);
        }
    }

    /** What was asked is answered, then the connections end. */
    void close() {
        closed = true;
        new ArrayList<>(all).forEach(Connection::end);
    }

    /** Forgets a connection before its owner hears of it. */
    private final class Member implements Connection.Owner {

        private final Connection.Owner owner;
        private @Nullable Connection connection;

        Member(@Nullable Connection connection, Connection.Owner owner) {
            this.connection = connection;
            this.owner = owner;
        }

        @Override
        public void lost(Exception cause) {
            all.remove(connection);
            owner.lost(cause);
        }
    }
}
