package dev.anyloop.adapters;

import static dev.anyloop.adapters.BesideTheJdk.assertAsOfJdk;
import static dev.anyloop.adapters.BesideTheJdk.interfere;
import static dev.anyloop.adapters.BesideTheJdk.outcome;
import static dev.anyloop.adapters.BesideTheJdk.read;
import static dev.anyloop.adapters.BesideTheJdk.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.InputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.concurrent.Callable;

/** What a thread sees of a blocking socket is what it sees of the JDK's. */
class BlockingAsTheJdkTest {

    @OnEachBackend
    void whatIsWrittenIsReadAndTheEndIsAnEnd(String backend) throws Exception {
        assertAsOfJdk(backend, (side, peer, told) -> {
            peer.getOutputStream().write("hello".getBytes());
            byte[] five = new byte[5];
            told.add(side.in().readNBytes(five, 0, 5));
            told.add(new String(five));
            told.add(read(side, 0));
            peer.shutdownOutput();
            told.add(read(side, 5));
            told.add(side.in().read());
            told.add(read(side, 5));
            side.out().write('x');
            told.add(peer.getInputStream().read());
            side.shutdownOutput();
            side.shutdownOutput();
            told.add(peer.getInputStream().read());
            assertThrows(ClosedChannelException.class, () -> side.channel().write(ByteBuffer.allocate(1))); // the JDK's is of a subclass
            told.add(side.channel().isOpen());
            side.channel().close();
            side.channel().close();
            told.add(side.channel().isOpen());
            told.add(read(side, 1));
            told.add(write(side, 1));
        });
    }

    @OnEachBackend
    void readingGoesOnAfterTheOwnEnd(String backend) throws Exception {
        assertAsOfJdk(backend, (side, peer, told) -> {
            side.shutdownOutput();
            told.add(peer.getInputStream().read());
            peer.getOutputStream().write(1);
            told.add(side.in().read());
            peer.close();
            told.add(side.in().read());
        });
    }

    @OnEachBackend
    void aTimeoutLosesNothing(String backend) throws Exception {
        List<Object> told = assertAsOfJdk(backend, (side, peer, list) -> {
            InputStream in = side.in();
            side.timeout(1);
            list.add(outcome(in::read));
            list.add(outcome(() -> in.read(new byte[3])));
            side.timeout(0);
            peer.getOutputStream().write(new byte[] {1, 2});
            list.add(in.read());
            side.timeout(10_000);
            list.add(in.read());
            list.add(side.channel().isOpen());
        });
        assertEquals(List.of(SocketTimeoutException.class, SocketTimeoutException.class, 1, 2, true), told);
    }

    @OnEachBackend
    void whatCanBeReadIsAvailable(String backend) throws Exception {
        assertAsOfJdk(backend, (side, peer, told) -> {
            InputStream in = side.in();
            told.add(in.available());
            peer.getOutputStream().write(new byte[5]);
            while (in.available() < 5) {
                Thread.onSpinWait();
            }
            told.add(in.read(new byte[2]));
            told.add(in.available());
            side.channel().close();
            told.add(outcome(in::available));
            told.add(outcome(in::read));
            told.add(outcome(() -> in.read(new byte[1])));
        });
    }

    @OnEachBackend
    void anInterruptClosesAndIsKept(String backend) throws Exception {
        List<Object> told = assertAsOfJdk(backend, (side, peer, list) -> {
            list.add(interfere(() -> side.channel().read(ByteBuffer.allocate(1)), Thread::interrupt));
            list.add(side.channel().isOpen());
            list.add(read(side, 1));
            list.add(write(side, 1));
            list.add(peer.getInputStream().read());
        });
        assertEquals(List.of(ClosedByInterruptException.class, true), told.get(0));
    }

    @OnEachBackend
    void whoComesInterruptedIsInterrupted(String backend) throws Exception {
        assertAsOfJdk(backend, (side, peer, told) -> {
            peer.getOutputStream().write(1);
            Thread.currentThread().interrupt();
            told.add(read(side, 1));
            told.add(Thread.interrupted());
            told.add(side.channel().isOpen());
        });
    }

    @OnEachBackend
    void aWriterThatNobodyReadsIsInterruptedOrClosed(String backend) throws Exception {
        assertAsOfJdk(backend, (side, peer, told) ->
                told.add(interfere(() -> side.channel().write(ByteBuffer.allocate(50_000_000)), Thread::interrupt)));
        assertAsOfJdk(backend, (side, peer, told) -> {
            Callable<?> some = () -> side.channel().write(ByteBuffer.allocate(50_000_000)) < 50_000_000;
            told.add(interfere(some, thread -> {
                while (peer.getInputStream().available() == 0) {
                    Thread.onSpinWait(); // or none of it would have been written
                }
                side.channel().close();
            }));
        });
        assertAsOfJdk(backend, (side, peer, told) -> told.add(interfere(() -> {
            side.out().write(new byte[50_000_000]);
            return "all";
        }, thread -> side.channel().close())));
    }

    @OnEachBackend
    void whoWaitsIsToldOfTheClose(String backend) throws Exception {
        assertAsOfJdk(backend, (side, peer, told) -> {
            told.add(interfere(() -> side.channel().read(ByteBuffer.allocate(1)), thread -> side.channel().close()));
            told.add(read(side, 1));
        });
    }

    @OnEachBackend
    void aResetIsASocketException(String backend) throws Exception {
        List<Object> told = assertAsOfJdk(backend, (side, peer, list) -> {
            peer.setSoLinger(true, 0);
            peer.close();
            list.add(read(side, 1));
            list.add(read(side, 1));
            list.add(side.channel().isOpen());
        });
        assertEquals(List.of(SocketException.class, SocketException.class, true), told);
    }

    /** Of a peer that has said all it had to, and then is gone, nothing is missing. */
    @OnEachBackend
    void aResetAfterTheEndIsTheEnd(String backend) throws Exception {
        List<Object> told = assertAsOfJdk(backend, (side, peer, list) -> {
            peer.getOutputStream().write("all".getBytes());
            peer.shutdownOutput();
            list.add(side.in().read()); // so it has come
            side.out().write(new byte[1000]);
            peer.getInputStream().read();
            peer.setSoLinger(true, 0);
            peer.close();
            list.add(failsInTheEnd(side));
            list.add(new String(side.in().readAllBytes()));
            list.add(read(side, 1));
            list.add(side.channel().isOpen());
        });
        assertEquals(List.of((int) 'a', true, "ll", -1, true), told);
    }

    /** When the network has told it. */
    private static boolean failsInTheEnd(BesideTheJdk.Side side) {
        while (write(side, 1) instanceof Integer) {
            Thread.onSpinWait(); // the watchdog ends it
        }
        return true;
    }
}
