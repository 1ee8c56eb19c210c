package dev.anyloop.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anyloop.ErrorKind;
import dev.anyloop.Operation;
import dev.anyloop.core.transport.EngineException;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Test;

class PathsTest {

    @Test
    void aPathThatNettyWouldWriteOtherwiseIsRefused() throws IOException {
        Paths.check("/tmp/\u00fc", "UTF-8");
        Paths.check("/tmp/u", "ISO-8859-1");
        Paths.check("/tmp/u", "ANSI_X3.4-1968");
        EngineException refused = assertThrows(EngineException.class, () -> Paths.check("/tmp/\u00fc", "ISO-8859-1"));
        assertTrue(refused.getMessage().contains("in ISO-8859-1: /tmp/\u00fc (use Netty's nio"), refused.getMessage());
        assertEquals(ErrorKind.OTHER, refused.kind(Operation.LISTEN));
    }

    @Test
    void aNameThatIsNoPathIsNone() {
        assertEquals(UnixDomainSocketAddress.of(""), Paths.fromNetty(new DomainSocketAddress("\0abstract")));
        assertEquals(UnixDomainSocketAddress.of("/tmp/u"), Paths.fromNetty(new DomainSocketAddress("/tmp/u")));
    }
}
