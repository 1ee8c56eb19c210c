/** The backend over the system's libevent 2 through JNA, without any C of its own. Linux only. */
module dev.anyloop.libevent {
    requires dev.anyloop.core;
    requires com.sun.jna;
    requires static org.jspecify;

    provides dev.anyloop.spi.EventLoopProvider with
            dev.anyloop.libevent.LibeventEventLoopProvider;
}
