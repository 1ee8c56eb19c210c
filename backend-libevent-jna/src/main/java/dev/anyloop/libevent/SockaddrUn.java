package dev.anyloop.libevent;

import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.file.InvalidPathException;
import org.jspecify.annotations.Nullable;

/** A {@code struct sockaddr_un} at the beginning of native memory: the family, then the path, as long as it says. */
final class SockaddrUn {

    /** Of the longest path, which need not have a NUL at its end. */
    static final int LENGTH = 110;

    static final UnixDomainSocketAddress UNNAMED = UnixDomainSocketAddress.of("");

    private static final int PATH = 2;

    /** As the JDK writes paths for the system. */
    private static final Charset ENCODING = Charset.forName(System.getProperty("sun.jnu.encoding"));

    private SockaddrUn() {}

    /** Returns the length of what was written, with the NUL that some other systems ask for. */
    static int write(ByteBuffer memory, UnixDomainSocketAddress address) {
        byte[] path = address.getPath().toString().getBytes(ENCODING);
        memory.putShort(0, (short) Libc.AF_UNIX).put(PATH, path).put(PATH + path.length, (byte) 0);
        return PATH + path.length + 1;
    }

    /**
     * Reads an address. Names that are no paths, which Linux has as well, the JDK cannot express, nor those with bytes that are
     * no characters here; they are none (UNIX-002).
     *
     * @param last is returned if it is the same
     */
    static UnixDomainSocketAddress read(ByteBuffer memory, int length, @Nullable UnixDomainSocketAddress last) {
        int end = PATH;
        while (end < length && memory.get(end) != 0) {
            end++;
        }
        if (end == PATH) {
            return UNNAMED;
        }
        byte[] path = new byte[end - PATH];
        memory.get(PATH, path);
        String text = new String(path, ENCODING);
        return last != null && text.equals(last.toString()) ? last : address(text);
    }

    private static UnixDomainSocketAddress address(String path) {
        try {
            return UnixDomainSocketAddress.of(path);
        } catch (InvalidPathException e) {
            return UNNAMED;
        }
    }
}
