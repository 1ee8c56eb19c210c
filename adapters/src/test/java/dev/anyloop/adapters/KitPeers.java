package dev.anyloop.adapters;

/** What the kits run on: TestNG makes the objects of its tests itself. */
final class KitPeers {

    private static Peers peers;

    private KitPeers() {}

    static void use(String backend) {
        peers = new Peers(backend);
    }

    static Peers get() {
        return peers;
    }

    static void close() {
        peers.close();
    }
}
