package dev.anyloop.benchmarks.servers;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Timer;
import java.util.TimerTask;
import java.util.function.Consumer;

/** What every server answers over HTTP, so that all of them send the same bytes but for the order of the fields. */
public final class Hello {

    /** What a browser asks. */
    public static final byte[] REQUEST = """
            GET /plaintext HTTP/1.1
            Host: 127.0.0.1:8080
            Connection: keep-alive
            Cache-Control: max-age=0
            Upgrade-Insecure-Requests: 1
            User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36
            Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8
            Referer: http://127.0.0.1:8080/
            Accept-Encoding: gzip, deflate, br
            Accept-Language: en-GB,en;q=0.9,de;q=0.7
            Cookie: session=1f8a3c5e7b9d2046; theme=light

            """.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);

    /** The body. */
    public static final String TEXT = "Hello, World!";
    /** The field Content-Type. */
    public static final String TYPE = "text/plain";
    /** The field Server. */
    public static final String SERVER = "bench";

    private static final int SECOND = 1_000;
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH).withZone(ZoneOffset.UTC);

    private Hello() {}

    /** Tells what the field Date says, now and once a second, for those servers that do not make it themselves. */
    static void eachSecond(Consumer<String> date) {
        date.accept(DATE.format(Instant.now()));
        new Timer("date", true).scheduleAtFixedRate(new TimerTask() {
            @Override
            public void run() {
                date.accept(DATE.format(Instant.now()));
            }
        }, SECOND, SECOND);
    }
}
