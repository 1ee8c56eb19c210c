package dev.anyloop;

import static java.util.stream.Collectors.joining;

import dev.anyloop.spi.EventLoopProvider;
import java.net.URL;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The backends of this project, for advice when one is missed. None is preferred to any other. */
enum KnownBackend {

    NIO("Nio", "the JDK alone"),
    LIBEVENT("Libevent", "the system's libevent 2 through JNA"),
    NETTY("Netty", "Netty's transports"),
    URING("Uring", "Linux's io_uring, on JDK 25 or later");

    private static final String SERVICES = "META-INF/services/" + EventLoopProvider.class.getName();

    private final String prefix;
    private final String engine;

    KnownBackend(String prefix, String engine) {
        this.prefix = prefix;
        this.engine = engine;
    }

    /** The one of this name. */
    static Optional<KnownBackend> named(String name) {
        return Arrays.stream(values()).filter(known -> known.word().equals(name)).findFirst();
    }

    /** The one whose provider has this class. */
    static Optional<KnownBackend> ofClass(String name) {
        return Arrays.stream(values()).filter(known -> known.itsClass().equals(name)).findFirst();
    }

    /** What to do when none of them is there. */
    static String howToAdd() {
        return howToAdd(isInImage());
    }

    /**
     * What to do when none of them is there.
     *
     * @param inImage whether this runtime was made by jlink of the API too
     */
    static String howToAdd(boolean inImage) {
        return Arrays.stream(values())
                .map(KnownBackend::dependency)
                .collect(joining("\n", "Add one of these dependencies, in the version of anyloop-api:\n", inImage
                        ? "\nNo module requires a backend, so jlink leaves it out unless it is named: --add-modules dev.anyloop.nio"
                        : ""));
    }

    private static boolean isInImage() {
        URL here = KnownBackend.class.getResource("KnownBackend.class");
        return here != null && here.getProtocol().equals("jrt");
    }

    /** What to do when they are there and were not found. */
    static String howToMerge() {
        return """
                In a jar made of several the files of one name in META-INF/services have to be merged: none may replace another.
                  maven-shade-plugin: <transformer implementation="org.apache.maven.plugins.shade.resource\
                .ServicesResourceTransformer"/>
                  Shadow of Gradle: mergeServiceFiles()""";
    }

    /** The name of its provider and of its loops. */
    String word() {
        return prefix.toLowerCase(Locale.ROOT);
    }

    private String dependency() {
        return "  <dependency><groupId>dev.anyloop</groupId><artifactId>anyloop-" + word() + "</artifactId></dependency>\n      "
                + engine;
    }

    /** For the list of what was found. */
    String unregistered() {
        return word() + ": its classes are here, but no " + SERVICES + " names " + itsClass();
    }

    /** Whether the provider is it. */
    boolean is(EventLoopProvider provider) {
        return provider.getClass().getName().equals(itsClass());
    }

    /** Whether its classes are there. None is loaded. */
    boolean isSeenBy(ClassLoader loader) {
        return loader.getResource(itsClass().replace('.', '/') + ".class") != null;
    }

    private String itsClass() {
        return KnownBackend.class.getPackageName() + "." + word() + "." + prefix + "EventLoopProvider";
    }
}
