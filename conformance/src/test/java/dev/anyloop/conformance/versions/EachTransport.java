package dev.anyloop.conformance.versions;

import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;
import dev.anyloop.Server;
import dev.anyloop.Socket;
import dev.anyloop.spi.Availability;
import dev.anyloop.spi.EventLoopProvider;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ServiceLoader;

/**
 * Runs in a process of its own, on a Netty of some version: prints of each transport whether it is available, then for
 * what opens without a name. Who is available has to echo.
 */
final class EachTransport {

    private EachTransport() {}

    public static void main(String[] args) {
        for (String transport : new String[] {"epoll", "io_uring", "nio"}) {
            System.setProperty("anyloop.netty.transport", transport);
            Availability availability = netty().availability();
            System.out.println(transport + ": " + availability.detail());
            if (availability.available()) {
                try (EventLoop loop = EventLoop.open(LoopOptions.defaults().withBackend("netty"))) {
                    echo(loop, transport);
                }
            }
        }
        System.clearProperty("anyloop.netty.transport");
        try (EventLoop loop = EventLoop.open()) {
            echo(loop, "without a name");
        }
    }

    private static EventLoopProvider netty() {
        return ServiceLoader.load(EventLoopProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.name().equals("netty"))
                .findFirst()
                .orElseThrow();
    }

    private static void echo(EventLoop loop, String what) {
        loop.run(running -> {
            Server server = loop.listen("127.0.0.1", 0, (listening, socket) -> socket.onRead(Socket::write));
            loop.timer(Duration.ofSeconds(20), timer -> loop.close()).unref();
            loop.connect("127.0.0.1", ((InetSocketAddress) server.localAddress()).getPort())
                    .onConnect(socket -> socket.write("x"))
                    .onRead((socket, bytes) -> {
                        System.out.println(what + ": echo on " + loop.backend());
                        socket.close();
                    })
                    .onError((socket, error) -> System.out.println(what + ": " + error.getMessage()))
                    .onClose((socket, error) -> server.close());
        });
    }
}
