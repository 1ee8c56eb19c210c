package dev.anyloop.benchmarks.servers;

/** What a server does with what it receives. */
public enum Mode {
    /** Answers each PING; the replies to what came at once leave in one write. */
    PING,
    /** Answers each PING with a write of its own, as a program does that knows nothing of batches. */
    EACH,
    /** Sends back what it receives, and stops reading from a peer that does not. */
    ECHO,
    /** Greets each connection with a byte, and answers each PING with a message to all of them. */
    BROADCAST,
    /** Sends back each datagram to who has sent it. */
    DATAGRAM,
    /** Answers each request of HTTP with {@link Hello}. */
    HTTP
}
