/** The backend over Linux's io_uring, by the JDK's foreign functions: nothing to install, and no library but the C library. */
module dev.anyloop.uring {
    requires dev.anyloop.core;
    requires static org.jspecify;

    provides dev.anyloop.spi.EventLoopProvider with
            dev.anyloop.uring.UringEventLoopProvider;
}
