package dev.anyloop.netty;

/** Runs in a process of its own, which has this backend and nothing of Netty. */
final class WithoutNetty {

    private WithoutNetty() {}

    public static void main(String[] args) {
        System.out.println(new NettyEventLoopProvider().availability());
        System.out.println(new NettyEventLoopProvider().availability());
    }
}
