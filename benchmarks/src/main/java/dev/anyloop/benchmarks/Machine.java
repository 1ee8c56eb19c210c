package dev.anyloop.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Where it is measured, and with what. */
final class Machine {

    private Machine() {}

    static Map<String, String> describe() throws IOException {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("processors", Runtime.getRuntime().availableProcessors() + " × " + processor() + ", "
                + Pinning.describe());
        facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch"));
        facts.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"));
        facts.put("virtual threads", virtualThreads());
        facts.put("netty", version(io.netty.channel.Channel.class));
        facts.put("vertx", version(io.vertx.core.Vertx.class));
        return facts;
    }

    /** On which Java they run. */
    private static String virtualThreads() throws IOException {
        Path release = Candidates.javaWithVirtualThreads().resolve("../../release").normalize();
        Optional<String> version = !Files.exists(release) ? Optional.empty() : Files.readAllLines(release).stream()
                .filter(line -> line.startsWith("JAVA_VERSION=")).findFirst();
        return "on Java " + version.map(line -> line.replaceAll("[^0-9.+]", "")).orElse("of unknown version");
    }

    private static String processor() throws IOException {
        Path information = Path.of("/proc/cpuinfo");
        if (!Files.exists(information)) {
            return "unknown processor";
        }
        Optional<String> model = Files.readAllLines(information).stream()
                .filter(line -> line.startsWith("model name")).findFirst();
        return model.map(line -> line.substring(line.indexOf(':') + 2)).orElse("unknown processor");
    }

    private static String version(Class<?> type) {
        String jar = type.getProtectionDomain().getCodeSource().getLocation().getPath();
        return jar.replaceAll(".*-(\\d[^/]*)\\.jar$", "$1");
    }
}
