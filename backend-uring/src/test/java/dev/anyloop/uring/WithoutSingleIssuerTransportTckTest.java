package dev.anyloop.uring;

class WithoutSingleIssuerTransportTckTest extends LevelTransportTck {

    WithoutSingleIssuerTransportTckTest() {
        super("single-issuer");
    }
}
