package dev.anyloop.http.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Which bytes may stand where: a table for short things, whole words for long ones. */
final class Octets {

    /** Of methods and names (RFC 9110, 5.6.2). */
    static final int TOKEN = 1;
    /** Of targets: what RFC 3986 has, and what browsers send beyond it, which is harmless here. */
    static final int TARGET = 2;
    /** Of values (RFC 9110, 5.5). */
    static final int VALUE = 4;
    /** Of hosts with ports (RFC 3986, 3.2.2), but for the comma: that is what two Hosts look like when somebody has joined them. */
    static final int HOST = 8;
    static final int DIGIT = 16;

    private static final byte[] CLASS = new byte[256];
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    // A word's first byte is its lowest, and what a byte does to the next is of no matter: the first of the others is looked for.
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGH = 0x8080_8080_8080_8080L;
    private static final long HTTP_1_1 = (long) WORD.get("HTTP/1.1".getBytes(US_ASCII), 0);

    static {
        for (int c = 0; c < 256; c++) {
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            boolean digit = c >= '0' && c <= '9';
            put(c, DIGIT, digit);
            put(c, TOKEN, letter || digit || isOneOf(c, "!#$%&'*+-.^_`|~"));
            put(c, TARGET, c > ' ' && c < 0x7f && !isOneOf(c, "\"#<>"));
            put(c, VALUE, c >= ' ' && c != 0x7f || c == '\t');
            put(c, HOST, letter || digit || isOneOf(c, "-._~!$&'()*+;=%:[]"));
        }
    }

    private Octets() {}

    private static void put(int c, int bit, boolean is) {
        CLASS[c] |= (byte) (is ? bit : 0);
    }

    private static boolean isOneOf(int c, String all) {
        return all.indexOf(c) >= 0;
    }

    static boolean is(int kind, int octet) {
        return (CLASS[octet & 0xff] & kind) != 0;
    }

    /** Whether these eight are the version that nearly all messages have. */
    static boolean isHttp11(byte[] bytes, int from) {
        return (long) WORD.get(bytes, from) == HTTP_1_1;
    }

    /** The first that is not of this kind, or the end. */
    static int skip(int kind, byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && (CLASS[bytes[at] & 0xff] & kind) != 0) {
            at++;
        }
        return at;
    }

    /** The same for {@link #VALUE}, eight at a time as long as they are printable ASCII. */
    static int skipValue(byte[] bytes, int from, int to) {
        int at = from;
        while (at + Long.BYTES <= to) {
            long word = (long) WORD.get(bytes, at);
            long others = (word - ONES * 0x20 | word + ONES | word) & HIGH;
            if (others == 0) {
                at += Long.BYTES;
                continue;
            }
            at += Long.numberOfTrailingZeros(others) / Byte.SIZE;
            if (!is(VALUE, bytes[at])) {
                return at;
            }
            at++;
        }
        return skip(VALUE, bytes, at, to);
    }
}
