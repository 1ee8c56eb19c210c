/** The API of Anyloop: one small event loop, whichever engine runs it. */
module dev.anyloop {
    requires static transitive org.jspecify;
    requires static java.management; // for who asks to see loops by JMX
    requires static jdk.attach; // for Doctor, to see those of another process

    exports dev.anyloop;
    exports dev.anyloop.spi;

    uses dev.anyloop.spi.EventLoopProvider;
}
