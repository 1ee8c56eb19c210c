/** The figures of loops as meters of Micrometer. */
@SuppressWarnings("requires-transitive-automatic") // Micrometer has a name for its module, and no more
module dev.anyloop.micrometer {
    requires transitive dev.anyloop;
    requires transitive micrometer.core;
    requires static org.jspecify;

    exports dev.anyloop.micrometer;
}
