package dev.anyloop.libevent;

/** Plays ping-pong while another thread does nothing but collect garbage. */
final class GcStorm {

    private GcStorm() {}

    public static void main(String[] args) {
        Thread storm = new Thread(() -> {
            while (true) {
                System.gc();
            }
        });
        storm.setDaemon(true);
        storm.start();
        PingPong.play(Integer.parseInt(args[0]));
    }
}
