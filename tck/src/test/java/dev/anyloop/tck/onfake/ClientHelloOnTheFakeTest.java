package dev.anyloop.tck.onfake;

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
