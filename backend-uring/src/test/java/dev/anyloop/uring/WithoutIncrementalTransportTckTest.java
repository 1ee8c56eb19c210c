package dev.anyloop.uring;

class WithoutIncrementalTransportTckTest extends LevelTransportTck {

    WithoutIncrementalTransportTckTest() {
        super("incremental");
    }
}
