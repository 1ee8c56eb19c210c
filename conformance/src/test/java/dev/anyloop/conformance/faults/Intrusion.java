package dev.anyloop.conformance.faults;

import dev.anyloop.Socket;
import java.time.Duration;

/**
 * What is done in the middle of a scene to the socket of one of its callbacks.
 *
 * @param act what
 * @param callback in which callback of the scene, counted from 1; 0 for none
 */
record Intrusion(Act act, int callback) {

    enum Act { PAUSE, CLOSE, ABORT }

    static final Intrusion NONE = new Intrusion(Act.PAUSE, 0);

    private static final Duration A_WHILE = Duration.ofMillis(2);

    void on(Socket socket) {
        switch (act) {
            case PAUSE -> pause(socket);
            case CLOSE -> socket.close();
            case ABORT -> socket.abort();
        }
    }

    private static void pause(Socket socket) {
        socket.pause();
        socket.loop().timer(A_WHILE, timer -> {
            if (socket.isOpen()) {
                socket.resume();
            }
        });
    }
}
