package dev.anyloop.conformance.differential;

/** An end of a connection. */
enum Side {
    CLIENT,
    SERVER;

    Side peer() {
        return this == CLIENT ? SERVER : CLIENT;
    }
}
