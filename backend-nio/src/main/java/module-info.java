/** The backend over the JDK's own selectors: nothing to install, everywhere the JDK runs. */
module dev.anyloop.nio {
    requires dev.anyloop.core;
    requires static org.jspecify;

    provides dev.anyloop.spi.EventLoopProvider with
            dev.anyloop.nio.NioEventLoopProvider;
}
