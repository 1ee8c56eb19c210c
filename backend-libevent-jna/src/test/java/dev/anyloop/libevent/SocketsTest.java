package dev.anyloop.libevent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Native;
import dev.anyloop.ErrorKind;
import dev.anyloop.Operation;
import dev.anyloop.SocketOptions;
import dev.anyloop.core.transport.EngineException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketsTest {

    private static final int LONGEST_NAME = 108;

    private final Sockets sockets = new Sockets();
    private final List<Integer> open = new ArrayList<>();

    @BeforeAll
    static void needLibevent() {
        Need.libevent();
    }

    @AfterEach
    void close() {
        open.forEach(Libc::close);
    }

    private int open(int family) throws IOException {
        int fd = sockets.open(family, Libc.SOCK_STREAM);
        open.add(fd);
        return fd;
    }

    private static InetSocketAddress address(String host) throws IOException {
        return new InetSocketAddress(InetAddress.getByName(host), 0);
    }

    private static int option(int fd, int level, int option) {
        ByteBuffer memory = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder()).putInt(4, 4);
        long value = Libc.addressOf(memory);
        assertEquals(0, Libc.getsockopt(fd, level, option, value, value + 4), () -> "errno " + Native.getLastError());
        return memory.getInt(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "0.0.0.0", "::1", "::"})
    void anAddressComesBackFromTheKernelAsItWasGiven(String host) throws IOException {
        InetSocketAddress given = address(host);
        assumeTrue(!host.equals("::1") || NetworkInterface.getByInetAddress(given.getAddress()) != null, "no ::1 here");
        int fd = open(Sockets.family(given));
        sockets.bind(fd, Sockets.family(given), given);
        InetSocketAddress bound = sockets.inetAddress(fd);
        assertEquals(given.getAddress(), bound.getAddress());
        assertTrue(bound.getPort() > 0);
    }

    /** It may have two bytes more than ours may, and no NUL at its end (UNIX-002). */
    @Test
    void theLongestNameOfAPeerComesWhole(@TempDir Path directory) throws IOException {
        UnixDomainSocketAddress place = UnixDomainSocketAddress.of(directory.resolve("place"));
        int server = open(Libc.AF_UNIX);
        sockets.bind(server, Libc.AF_UNIX, place);
        assertEquals(0, Libc.listen(server, 1));
        int client = open(Libc.AF_UNIX);
        String longest = directory + "/" + "x".repeat(LONGEST_NAME - directory.toString().length() - 1);
        ByteBuffer name = ByteBuffer.allocateDirect(2 + LONGEST_NAME).order(ByteOrder.nativeOrder())
                .putShort((short) Libc.AF_UNIX).put(longest.getBytes(StandardCharsets.US_ASCII));
        assertEquals(0, Libc.bind(client, Libc.addressOf(name), name.capacity()), () -> "errno " + Native.getLastError());
        sockets.connect(client, Libc.AF_UNIX, place);
        open.add(sockets.accept(server));
        assertEquals(longest, sockets.accepted().toString());
    }

    @Test
    void aPathComesBackFromTheKernelAsItWasGiven(@TempDir Path directory) throws IOException {
        for (String name : new String[] {"x", "ä".repeat(3), "x".repeat(100 - directory.toString().length())}) {
            UnixDomainSocketAddress given = UnixDomainSocketAddress.of(directory.resolve(name));
            int fd = open(Sockets.family(given));
            sockets.bind(fd, Sockets.family(given), given);
            assertEquals(given, sockets.localAddress(fd));
        }
        assertEquals(UnixDomainSocketAddress.of(""), sockets.localAddress(open(Libc.AF_UNIX)));
    }

    @Test
    void aWildcardFitsEveryFamilyAndOtherAddressesOnlyTheirOwn() throws IOException {
        sockets.bind(open(Libc.AF_INET), Libc.AF_INET, address("::"));
        sockets.bind(open(Libc.AF_INET6), Libc.AF_INET6, address("0.0.0.0"));
        int fd = open(Libc.AF_INET);
        EngineException refused =
                assertThrows(EngineException.class, () -> sockets.bind(fd, Libc.AF_INET, address("::1")));
        assertEquals(ErrorKind.ADDRESS_NOT_AVAILABLE, refused.kind(Operation.LISTEN));
    }

    @Test
    void anAddressOfNobodyHereIsNotAvailable() throws IOException {
        int fd = open(Libc.AF_INET);
        EngineException refused =
                assertThrows(EngineException.class, () -> sockets.bind(fd, Libc.AF_INET, address("192.0.2.1")));
        assertEquals(ErrorKind.ADDRESS_NOT_AVAILABLE, refused.kind(Operation.LISTEN));
    }

    @Test
    void whatAListenerHasTheSocketsItAcceptsHaveToo() throws IOException {
        int listener = open(Libc.AF_INET);
        SocketOptions options = SocketOptions.defaults().withKeepAlive(true).withBufferSizes(50_000, 60_000);
        sockets.configure(listener, Libc.AF_INET, options);
        sockets.bind(listener, Libc.AF_INET, address("127.0.0.1"));
        Libc.listen(listener, 1);
        sockets.connect(open(Libc.AF_INET), Libc.AF_INET, sockets.inetAddress(listener));
        int accepted = sockets.accept(listener);
        open.add(accepted);
        assertEquals(1, option(accepted, Libc.IPPROTO_TCP, Libc.TCP_NODELAY));
        assertEquals(1, option(accepted, Libc.SOL_SOCKET, Libc.SO_KEEPALIVE));
        assertEquals(2 * 50_000, option(accepted, Libc.SOL_SOCKET, Libc.SO_RCVBUF), "Linux counts its own needs in");
        assertEquals(2 * 60_000, option(accepted, Libc.SOL_SOCKET, Libc.SO_SNDBUF));
    }

    @Test
    void whatIsNotAskedForIsNotSet() throws IOException {
        int fd = open(Libc.AF_INET);
        sockets.configure(fd, Libc.AF_INET, SocketOptions.defaults().withNoDelay(false));
        assertEquals(0, option(fd, Libc.IPPROTO_TCP, Libc.TCP_NODELAY));
        assertEquals(0, option(fd, Libc.SOL_SOCKET, Libc.SO_KEEPALIVE));
    }

    @Test
    void noDescriptorIsInheritedByAChildProcess() throws IOException {
        int listener = open(Libc.AF_INET);
        sockets.bind(listener, Libc.AF_INET, address("127.0.0.1"));
        Libc.listen(listener, 1);
        sockets.connect(open(Libc.AF_INET), Libc.AF_INET, sockets.inetAddress(listener));
        open.add(sockets.accept(listener));
        Wakeup wakeup = new Wakeup();
        open.add(wakeup.fd());
        for (int fd : open) {
            String flags = Files.readAllLines(Path.of("/proc/self/fdinfo/" + fd)).get(1);
            int closeOnExec = 02000000;
            int nonBlocking = 04000;
            int expected = closeOnExec | nonBlocking;
            assertEquals(expected, Integer.parseInt(flags.split("\\s+")[1], 8) & expected, flags);
        }
    }
}
