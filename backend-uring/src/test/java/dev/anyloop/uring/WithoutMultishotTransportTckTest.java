package dev.anyloop.uring;

class WithoutMultishotTransportTckTest extends LevelTransportTck {

    WithoutMultishotTransportTckTest() {
        super("multishot");
    }
}
