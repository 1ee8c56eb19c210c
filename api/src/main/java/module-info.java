/** The API of Anyloop: one small event loop, whichever engine runs it. */
module dev.anyloop {
    requires static transitive org.jspecify;

    exports dev.anyloop;
    exports dev.anyloop.spi;

    uses dev.anyloop.spi.EventLoopProvider;
}
