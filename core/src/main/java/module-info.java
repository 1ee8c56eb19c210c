/** The semantics of Anyloop, written once, over the transport seam that a backend implements. */
module dev.anyloop.core {
    requires transitive dev.anyloop;
    requires jdk.unsupported; // for JvmSignal
    requires static org.jspecify;

    exports dev.anyloop.core;
    exports dev.anyloop.core.transport;
}
