package dev.anyloop.libevent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SockaddrTest {

    private static final int FIRST = 0;
    private static final int SECOND = 32;

    private final ByteBuffer memory = ByteBuffer.allocateDirect(64).order(ByteOrder.nativeOrder());

    private static InetSocketAddress address(String host, int port) throws IOException {
        return new InetSocketAddress(InetAddress.getByName(host), port);
    }

    private int write(int at, int family, InetSocketAddress address) {
        return Sockaddr.write(memory, at, family, address);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "255.254.253.252", "0.0.0.0", "::", "::1", "fd00:1:2:3:4:5:6:7"})
    void whatIsWrittenIsRead(String host) throws IOException {
        InetSocketAddress given = address(host, 65_432);
        int length = write(SECOND, Sockets.family(given), given);
        assertEquals(given.getAddress() instanceof Inet6Address ? 28 : 16, length);
        assertEquals(given, Sockaddr.read(memory, SECOND, null));
    }

    @Test
    void anIpv4AddressIsMappedForAnIpv6SocketAndComesBackPlain() throws IOException {
        assertEquals(28, write(FIRST, Libc.AF_INET6, address("192.0.2.1", 9)));
        byte[] mapped = new byte[16];
        memory.get(8, mapped);
        assertEquals("[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, -64, 0, 2, 1]", Arrays.toString(mapped));
        assertEquals(address("192.0.2.1", 9), Sockaddr.read(memory, FIRST, null));
    }

    @Test
    void aWildcardIsThatOfTheFamily() throws IOException {
        write(FIRST, Libc.AF_INET6, address("0.0.0.0", 9));
        assertEquals(address("::", 9), Sockaddr.read(memory, FIRST, null));
        write(FIRST, Libc.AF_INET, address("::", 9));
        assertEquals(address("0.0.0.0", 9), Sockaddr.read(memory, FIRST, null));
    }

    @Test
    void aZoneIsKeptAndTellsAddressesApart() throws IOException {
        byte[] host = InetAddress.getByName("fe80::1").getAddress();
        InetSocketAddress one = new InetSocketAddress(Inet6Address.getByAddress(null, host, 1), 9);
        write(FIRST, Libc.AF_INET6, one);
        InetSocketAddress read = Sockaddr.read(memory, FIRST, null);
        assertEquals(1, ((Inet6Address) read.getAddress()).getScopeId());
        write(SECOND, Libc.AF_INET6, new InetSocketAddress(Inet6Address.getByAddress(null, host, 2), 9));
        assertFalse(Sockaddr.equal(memory, FIRST, SECOND));
        InetSocketAddress other = Sockaddr.read(memory, SECOND, read);
        assertNotSame(read, other);
        assertEquals(2, ((Inet6Address) other.getAddress()).getScopeId());
    }

    @Test
    void theLastOneIsSharedIfItIsTheSame() throws IOException {
        write(FIRST, Libc.AF_INET, address("127.0.0.1", 9));
        InetSocketAddress last = Sockaddr.read(memory, FIRST, null);
        assertSame(last, Sockaddr.read(memory, FIRST, last));
        write(FIRST, Libc.AF_INET, address("127.0.0.1", 10));
        InetSocketAddress next = Sockaddr.read(memory, FIRST, last);
        assertEquals(address("127.0.0.1", 10), next);
        assertSame(last.getAddress(), next.getAddress());
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void thoseAreEqualThatHaveTheSameFamilyHostAndPort(String host) throws IOException {
        InetSocketAddress address = address(host, 9);
        int family = Sockets.family(address);
        write(FIRST, family, address);
        write(SECOND, family, address);
        memory.putInt(SECOND + 28, 1); // what lies behind does not count
        assertTrue(Sockaddr.equal(memory, FIRST, SECOND));
        write(SECOND, family, address(host, 10));
        assertFalse(Sockaddr.equal(memory, FIRST, SECOND));
        write(SECOND, family, address(host.equals("::1") ? "::2" : "127.0.0.2", 9));
        assertFalse(Sockaddr.equal(memory, FIRST, SECOND));
    }
}
