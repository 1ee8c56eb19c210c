package dev.anyloop.uring;

class WithoutMessageRingTransportTckTest extends LevelTransportTck {

    WithoutMessageRingTransportTckTest() {
        super("msg-ring", "registered-ring");
    }
}
