/** The conformance kit: the rules of the specification as tests that any backend can run. */
open module dev.anyloop.tck {
    requires transitive dev.anyloop.core;
    requires transitive org.junit.jupiter.api;
    requires java.logging;
    requires java.management;
    requires jdk.jfr;
    requires org.junit.platform.launcher;
    requires org.junit.platform.commons;
    requires org.bouncycastle.pkix;
    requires org.bouncycastle.provider;
    requires static org.jspecify;

    exports dev.anyloop.tck;
    exports dev.anyloop.tck.fake;
}
