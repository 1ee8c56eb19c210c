package dev.anyloop.sim;

import java.util.function.Consumer;

/** A thread of a test, beside its own. */
final class SimThread extends Thread {

    private final Consumer<SimThread> life;
    private final Turn turn = new Turn(this);

    SimThread(String name, Consumer<SimThread> life) {
        super(name);
        this.life = life;
        setDaemon(true);
    }

    Turn turn() {
        return turn;
    }

    @Override
    public void run() {
        life.accept(this);
    }
}
