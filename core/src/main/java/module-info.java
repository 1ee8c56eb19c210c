/** The semantics of Anyloop, written once, over the transport seam that a backend implements. */
module dev.anyloop.core {
    requires transitive dev.anyloop;
    requires jdk.jfr; // for the events of WATCH-003
    requires jdk.unsupported; // for JvmSignal
    requires static org.jspecify;

    exports dev.anyloop.core;
    exports dev.anyloop.core.transport;
}
