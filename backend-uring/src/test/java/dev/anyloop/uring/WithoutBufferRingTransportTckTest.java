package dev.anyloop.uring;

class WithoutBufferRingTransportTckTest extends LevelTransportTck {

    WithoutBufferRingTransportTckTest() {
        super("buffer-ring");
    }
}
