package dev.anyloop.netty;

import io.netty.util.Version;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What is wrong with a transport that cannot be used, and what to do about it. */
final class Remedy {

    private static final String ANY_VERSION = "io.netty.channel.Channel";
    private static final String VERSION_4_2 = "io.netty.channel.IoHandler";

    private Remedy() {}

    /** In words. */
    static String explained(EngineKind kind, Throwable why) {
        String remedy = remedy(kind, why);
        return remedy.isEmpty() ? words(why) : words(why) + " (" + remedy + ")";
    }

    private static String words(Throwable why) {
        return why.getCause() == null ? why.toString() : why + ", caused by " + words(why.getCause());
    }

    private static String remedy(EngineKind kind, Throwable why) {
        if (!isThere(ANY_VERSION)) {
            return "add io.netty:netty-transport 4.2 to the class path";
        }
        Throwable innermost = Causes.innermost(why);
        if (innermost instanceof IllegalCallerException) {
            Module netty = Version.class.getModule();
            return "start Java with --enable-native-access=" + (netty.isNamed() ? netty.getName() : "ALL-UNNAMED");
        }
        if (isThere(VERSION_4_2) && (!isThere(kind.itsClass()) || innermost instanceof FileNotFoundException)) {
            return add(kind);
        }
        if (why instanceof UnsatisfiedLinkError && innermost instanceof IOException) {
            return "Netty unpacks its native part first: -Dio.netty.native.workdir names the directory, which must exist, be writable"
                    + " and not be mounted noexec";
        }
        if (why instanceof LinkageError && !(innermost instanceof UnsatisfiedLinkError)) {
            return "it needs Netty " + kind.oldestNetty() + " or later, with all of Netty's jars in one version, for example"
                    + " by io.netty:netty-bom; found Netty " + Versions.FOUND;
        }
        return "";
    }

    /** The jar, or on the module path perhaps the modules in it, which Java leaves out unless somebody asks for them. */
    private static String add(EngineKind kind) {
        String arch = System.getProperty("os.arch");
        String classifier = "linux-" + Map.of("amd64", "x86_64", "aarch64", "aarch_64").getOrDefault(arch, arch);
        String jar = "add io.netty:netty-transport-native-" + kind.word() + " " + Versions.MAIN + " with the classifier "
                + classifier;
        if (!Version.class.getModule().isNamed()) {
            return jar + " to the class path";
        }
        return jar + " to the module path and start Java with --add-modules io.netty.transport.classes." + kind.word()
                + ",io.netty.transport." + kind.word() + "." + classifier.replace('-', '.');
    }

    /** Whether there is such a class, which is not initialized for that. */
    static boolean isThere(String className) {
        try {
            Class.forName(className, false, Remedy.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    /** The version of Netty, and which of its jars have another. */
    static String versions() {
        return Versions.FOUND;
    }

    /** Looked up once, for that reads a file of each jar. */
    private static final class Versions {

        // Not by the thread's class loader, which may know nothing of Netty.
        private static final Map<String, Version> ALL = Version.identify(Version.class.getClassLoader());

        static final String MAIN = ALL.containsKey("netty-transport")
                ? ALL.get("netty-transport").artifactVersion()
                : "of unknown version";

        static final String FOUND = MAIN + others();

        private static String others() {
            String others = ALL.values().stream()
                    .filter(jar -> isUsed(jar.artifactId()) && !jar.artifactVersion().equals(MAIN))
                    .map(jar -> jar.artifactId() + " " + jar.artifactVersion())
                    .collect(Collectors.joining(", "));
            return others.isEmpty() ? "" : " with " + others;
        }

        private static boolean isUsed(String jar) {
            return jar.startsWith("netty-transport-") || Set.of("netty-common", "netty-buffer", "netty-resolver").contains(jar);
        }
    }
}
