package dev.anyloop.core.tls;

import dev.anyloop.ErrorKind;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks for, read before there is an engine that could (RFC 8446, 4.1.2). The engine reads the same bytes
 * afterwards, and judges them; this is only to find the name and the protocols, and trusts no length that it meets.
 */
final class ClientHello {

    /** Of all records of it together. */
    static final int MOST_BYTES = 64 * 1024;

    private static final int HEADER_BYTES = 4; // 1 for the type, 3 for the length
    private static final int CLIENT_HELLO = 1;
    private static final int VERSION_AND_RANDOM_BYTES = 2 + 32;
    private static final int SERVER_NAME = 0; // as an extension, and as a kind of name in it
    private static final int ALPN = 16;

    /** No name in use has more letters (RFC 1035, 2.3.4), and what has many takes the pattern much stack. */
    private static final int LONGEST_NAME = 255;

    /** Programs make file names of it. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+)*\\.?");

    // loop thread
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private int seen; // of what has come
    private int length = -1; // of the message, as it says, or not known yet
    private @Nullable String serverName;
    private List<String> alpn = List.of();

    /**
     * Reads on, in records that are there as a whole.
     *
     * @param come all that has come since the beginning, from position to limit
     * @return whether that is all of it
     * @throws TlsException if it is none, or too long
     */
    boolean isWholeIn(ByteBuffer come) throws TlsException {
        ByteBuffer rest = come.duplicate();
        rest.position(come.position() + seen);
        int record = Records.length(rest);
        while (record >= 0 && record <= rest.remaining()) {
            addFragment(rest.slice(rest.position(), record));
            rest.position(rest.position() + record);
            seen += record;
            if (seen > MOST_BYTES) {
                throw tooLong();
            } else if (isWhole()) {
                read();
                return true;
            }
            record = Records.length(rest);
        }
        if (come.remaining() > MOST_BYTES) {
            throw tooLong();
        }
        return false;
    }

    /** The name that it asks for, in lower case. */
    @Nullable String serverName() {
        return serverName;
    }

    List<String> alpn() {
        return alpn;
    }

    // ---- the message ----

    private void addFragment(ByteBuffer record) throws TlsException {
        if (Records.isAlert(record)) {
            throw new TlsException(ErrorKind.TLS_HANDSHAKE, "the peer gave up before it had begun: an alert came first");
        } else if (!Records.isHandshake(record) || record.remaining() == Records.HEADER_BYTES) {
            throw wrong("in a record of another kind, or in an empty one");
        }
        message.write(record.array(), record.arrayOffset() + Records.HEADER_BYTES, record.remaining() - Records.HEADER_BYTES);
    }

    private boolean isWhole() throws TlsException {
        if (length < 0 && message.size() >= HEADER_BYTES) {
            length = readHeader(ByteBuffer.wrap(message.toByteArray()));
        }
        return length >= 0 && message.size() >= HEADER_BYTES + length;
    }

    private static int readHeader(ByteBuffer bytes) throws TlsException {
        int header = bytes.getInt();
        int claimed = header & 0xff_ffff;
        if (header >>> 24 != CLIENT_HELLO) {
            throw wrong("but a message of type " + (header >>> 24));
        } else if (claimed > MOST_BYTES) {
            throw tooLong();
        }
        return claimed;
    }

    private void read() throws TlsException {
        ByteBuffer hello = ByteBuffer.wrap(message.toByteArray(), HEADER_BYTES, length);
        try {
            take(hello, VERSION_AND_RANDOM_BYTES);
            take(hello, byteLength(hello)); // session
            take(hello, shortLength(hello)); // cipher suites
            take(hello, byteLength(hello)); // compressions
            if (hello.hasRemaining()) {
                readExtensions(takeRest(hello));
            }
        } catch (BufferUnderflowException e) {
            throw contradiction();
        }
    }

    private void readExtensions(ByteBuffer extensions) throws TlsException {
        while (extensions.hasRemaining()) {
            int type = shortLength(extensions);
            ByteBuffer extension = take(extensions, shortLength(extensions));
            if (type == SERVER_NAME) {
                readNames(takeRest(extension));
            } else if (type == ALPN) {
                readProtocols(takeRest(extension));
            }
        }
    }

    private void readNames(ByteBuffer names) throws TlsException {
        while (names.hasRemaining()) {
            int type = byteLength(names);
            String name = text(take(names, shortLength(names))).toLowerCase(Locale.ROOT);
            if (type == SERVER_NAME) {
                if (name.length() > LONGEST_NAME) {
                    throw wrong("it asks for a name of " + name.length() + " letters, at most " + LONGEST_NAME + " are allowed");
                } else if (!NAME.matcher(name).matches()) {
                    throw wrong("it asks for \"" + Records.printable(name) + "\", which is no name");
                }
                serverName = name;
            }
        }
    }

    private void readProtocols(ByteBuffer protocols) {
        List<String> found = new ArrayList<>();
        while (protocols.hasRemaining()) {
            found.add(text(take(protocols, byteLength(protocols))));
        }
        alpn = List.copyOf(found);
    }

    // ---- bytes ----

    private static int byteLength(ByteBuffer bytes) {
        return bytes.get() & 0xff;
    }

    private static int shortLength(ByteBuffer bytes) {
        return bytes.getShort() & 0xffff;
    }

    private static ByteBuffer take(ByteBuffer bytes, int length) {
        if (length > bytes.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer taken = bytes.slice(bytes.position(), length);
        bytes.position(bytes.position() + length);
        return taken;
    }

    /** A list, behind which nothing comes. */
    private static ByteBuffer takeRest(ByteBuffer bytes) throws TlsException {
        ByteBuffer list = take(bytes, shortLength(bytes));
        if (bytes.hasRemaining()) {
            throw contradiction();
        }
        return list;
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.ISO_8859_1.decode(bytes).toString();
    }

    private static TlsException wrong(String how) {
        return new TlsException(ErrorKind.TLS_PROTOCOL, "the client has not begun with a ClientHello, " + how).alert(Alert.DECODE_ERROR);
    }

    private static TlsException contradiction() {
        return wrong("its lengths contradict each other");
    }

    private static TlsException tooLong() {
        return new TlsException(ErrorKind.TLS_PROTOCOL, "a ClientHello of more than " + MOST_BYTES + " bytes").alert(Alert.DECODE_ERROR);
    }
}
