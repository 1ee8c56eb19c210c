package dev.anyloop.tck.onfake;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopCallback;
import dev.anyloop.SocketOptions;
import dev.anyloop.TlsOptions;
import dev.anyloop.tck.Rule;
import dev.anyloop.tck.rules.tls.Certificates;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/** The first message of a client, cut and damaged, to a socket that chooses its context by it. */
class ClientHelloOnTheFakeTest extends OnTheFake {

    private static final List<String> VERSIONS = List.of("TLSv1.3", "TLSv1.2");

    private static final int HEADER_BYTES = 5;

    private final SSLContext context = Certificates.context(Certificates.made().ours, Certificates.made().ours);
    private final List<String> asked = new ArrayList<>();
    private final TlsOptions tls = TlsOptions.server((name, alpn) -> {
        asked.add(name + " " + alpn);
        return context;
    }).withExecutor(Runnable::run);

    private EnginePeer client;

    /** The socket is the server, from when it is connected on; the client's first flight is sent after that. */
    private void server(TlsOptions options, String version, LoopCallback first) {
        run(loop -> {
            connect(loop, SocketOptions.defaults()).onConnect(s -> s.startTls(options, secured -> note("secure"))).onEnd(s -> note("end"));
            at(loop, 1, l -> {
                client = new EnginePeer(peer(), context, false, version);
                first.run(l);
            });
        });
    }

    private List<String> told() {
        return log.stream().map(OnTheFake::what).toList();
    }

    /** Each is a record of its own, of the version that clients begin with. */
    private static byte[] inPieces(byte[] flight, int size) {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        for (int from = HEADER_BYTES; from < flight.length; from += size) {
            int length = Math.min(size, flight.length - from);
            records.writeBytes(new byte[] {22, 3, 1, 0, (byte) length});
            records.write(flight, from, length);
        }
        return records.toByteArray();
    }

    private void goOn(EventLoop loop) {
        for (int i = 1; i < 8; i++) {
            at(loop, i, l -> peer().send(client.turn()));
        }
        at(loop, 8, l -> peer().send(client.end()).end());
    }

    @Rule({"TLS-023", "TLS-021"})
    void aHelloMayComeInManyRecordsAndPieces() {
        for (String version : VERSIONS) {
            for (int size : new int[] {2, 7, 100}) {
                for (boolean byByte : new boolean[] {false, true}) {
                    log.clear();
                    asked.clear();
                    server(tls, version, loop -> {
                        byte[] records = inPieces(client.turn(), size);
                        for (int i = 0; i < records.length; i++) {
                            byte[] one = byByte ? new byte[] {records[i]} : records;
                            if (byByte || i == 0) {
                                at(loop, i, l -> peer().send(one));
                            }
                        }
                        at(loop, records.length, this::goOn);
                    });
                    assertEquals(List.of("other.example []"), asked);
                    assertEquals(List.of("secure", "end", "close"), told(), version + " in records of " + size);
                }
            }
        }
    }

    /** Whatever it says, it is heard to the end, or refused in words of TLS. */
    @Rule("TLS-023")
    void aDamagedHelloHarmsNobody() {
        Random random = new Random(23);
        for (int i = 0; i < 500; i++) {
            log.clear();
            int last = i;
            server(tls, VERSIONS.get(i % 2), loop -> {
                byte[] flight = client.turn();
                for (int n = 0; n < 1 + last % 3; n++) {
                    flight[random.nextInt(last % 2 == 0 ? flight.length : 60)] = (byte) random.nextInt();
                }
                peer().send(last % 5 == 0 ? Arrays.copyOf(flight, random.nextInt(flight.length)) : flight);
                at(loop, 2, l -> peer().end());
            });
            assertTrue(told().get(log.size() - 1).matches("close TLS_(PROTOCOL|HANDSHAKE)"), log::toString);
        }
    }

    // ---- hellos that no client sends ----

    /** Of TLS 1.2 or later, and of these extensions. */
    private static byte[] hello(byte[]... extensions) {
        byte[] all = joined(extensions);
        byte[] body = joined(new byte[] {3, 3}, new byte[32], new byte[] {0, 0, 2, 0x13, 1, 1, 0}, withLength(all));
        return joined(new byte[] {1, 0}, withLength(body));
    }

    private static byte[] extension(int type, byte[] content) {
        return joined(new byte[] {0, (byte) type}, withLength(content));
    }

    private static byte[] names(String name) {
        return withLength(joined(new byte[1], withLength(name.getBytes(US_ASCII))));
    }

    private static byte[] withLength(byte[] bytes) {
        return joined(new byte[] {(byte) (bytes.length >> 8), (byte) bytes.length}, bytes);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            whole.writeBytes(part);
        }
        return whole.toByteArray();
    }

    private void isRefused(byte[] message, int recordBytes, int chunkBytes) {
        log.clear();
        asked.clear();
        byte[] records = inPieces(joined(new byte[HEADER_BYTES], message), recordBytes);
        server(tls, "TLSv1.3", loop -> {
            for (int from = 0; from < records.length; from += chunkBytes) {
                byte[] chunk = Arrays.copyOfRange(records, from, Math.min(records.length, from + chunkBytes));
                at(loop, from / chunkBytes, l -> peer().send(chunk));
            }
        });
        assertEquals(List.of("error TLS_PROTOCOL", "close TLS_PROTOCOL"), told());
        assertEquals(List.of(), asked);
    }

    /** However many labels it has: to look at them takes no memory, and the log does not have to hold them all. */
    @Rule("TLS-023")
    void aNameOfManyThousandLabelsIsRefused() {
        isRefused(hello(extension(0, names("a" + ".a".repeat(20_000)))), 255, 100_000);
        isRefused(hello(extension(0, names("a".repeat(256)))), 255, 100_000);
    }

    @Rule("TLS-023")
    void whatIsBehindAListIsAContradiction() {
        byte[] spare = new byte[1];
        isRefused(hello(extension(0, joined(names("a.example"), spare))), 255, 100_000);
        isRefused(hello(extension(16, joined(withLength(new byte[] {2, 'h', '2'}), spare))), 255, 100_000);
        byte[] whole = hello(extension(0, names("a.example")));
        byte[] longer = joined(whole, spare);
        longer[3]++;
        isRefused(longer, 255, 100_000);
    }

    /** Its records count, as often as it pleases whoever cuts the stream. */
    @Rule("TLS-023")
    void aHelloOfTooManySmallRecordsIsRefusedHoweverItIsCut() {
        byte[] padded = hello(extension(0, names("a.example")), extension(21, new byte[11_000]));
        for (int chunk : new int[] {100, 30_000, 100_000}) {
            isRefused(padded, 1, chunk);
        }
    }

    @Rule({"TLS-024", "TLS-004"})
    void aClientThatIsTooSlowIsTold() throws SSLException {
        for (TlsOptions options : List.of(tls, TlsOptions.server(context).withExecutor(Runnable::run))) {
            log.clear();
            server(options.withHandshakeTimeout(Duration.ofMillis(20)), "TLSv1.2", loop -> {
                peer().send(client.turn());
                at(loop, 30, l -> client.turn());
            });
            assertTrue(client.sawEnd(), "no alert");
            assertEquals(List.of("error TLS_HANDSHAKE", "close TLS_HANDSHAKE"), told());
        }
    }
}
