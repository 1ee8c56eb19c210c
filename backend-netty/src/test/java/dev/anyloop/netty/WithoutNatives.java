package dev.anyloop.netty;

import dev.anyloop.BackendUnavailableException;
import dev.anyloop.EventLoop;
import dev.anyloop.LoopOptions;

/** Runs in a process of its own, which has netty-transport and nothing that is optional. */
final class WithoutNatives {

    private WithoutNatives() {}

    public static void main(String[] args) {
        NettyEventLoopProvider provider = new NettyEventLoopProvider();
        System.out.println(provider.availability());
        try (EventLoop loop = provider.open(LoopOptions.defaults())) {
            loop.run(l -> l.listen("127.0.0.1", 0, (server, socket) -> socket.close())
                    .onClose(server -> System.out.println("served")).close());
        }
        for (String name : new String[] {"epoll", "io_uring"}) {
            try {
                provider.open(LoopOptions.defaults().withTransport(name));
            } catch (BackendUnavailableException e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
