package dev.anyloop.tck.rules.tls;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

/** An engine that makes so many records of what it is given, and then no other. */
final class RecordBreaker extends OtherEngine {

    // set once
    private final AtomicInteger left;
    private final AtomicInteger bytes;

    /**
     * @param left how many there will be
     * @param bytes of what it is given that are in records
     */
    RecordBreaker(SSLEngine engine, AtomicInteger left, AtomicInteger bytes) {
        super(engine);
        this.left = left;
        this.bytes = bytes;
    }

    @Override
    public SSLEngineResult wrap(ByteBuffer[] from, int offset, int length, ByteBuffer to) throws SSLException {
        boolean isOfTheUser = Arrays.stream(from, offset, offset + length).anyMatch(ByteBuffer::hasRemaining)
                && getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NOT_HANDSHAKING;
        if (isOfTheUser && left.getAndDecrement() <= 0) {
            throw new SSLException("no more records");
        }
        SSLEngineResult made = super.wrap(from, offset, length, to);
        bytes.addAndGet(made.bytesConsumed());
        return made;
    }
}
