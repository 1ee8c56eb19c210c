/** What Java programmers expect around a loop, on the API of Anyloop alone. */
module dev.anyloop.adapters {
    requires transitive dev.anyloop;
    requires static org.jspecify;

    exports dev.anyloop.adapters;
    exports dev.anyloop.adapters.framing;
}
