package dev.anyloop.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ListenOptions;
import dev.anyloop.TlsOptions;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;

/** What a server can be told. */
class HttpOptionsTest {

    /** A client that is offered h2 takes it, and would be answered in another language. */
    @Test
    void noProtocolIsAgreedUponThatIsNotSpoken() throws Exception {
        TlsOptions tls = TlsOptions.server(SSLContext.getDefault());
        ListenOptions both = ListenOptions.defaults().withTls(tls.withAlpn("h2", "http/1.1"));
        String message = assertThrows(IllegalArgumentException.class, () -> HttpOptions.defaults().withListen(both)).getMessage();
        assertTrue(message.contains("[h2, http/1.1]"), message);
        ListenOptions one = ListenOptions.defaults().withTls(tls.withAlpn("http/1.1"));
        assertEquals(one, HttpOptions.defaults().withListen(one).listen());
    }

    @Test
    void deadlinesArePositive() {
        Duration second = Duration.ofSeconds(1);
        for (Duration none : new Duration[] {Duration.ZERO, second.negated()}) {
            assertThrows(IllegalArgumentException.class, () -> HttpOptions.defaults().withTimeouts(none, second, second, second));
            assertThrows(IllegalArgumentException.class, () -> HttpOptions.defaults().withTimeouts(second, second, second, none));
        }
    }
}
