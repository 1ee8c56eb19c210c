package dev.anyloop.tck.report;

import dev.anyloop.tck.run.Jitter;
import dev.anyloop.tck.run.Outcome;
import dev.anyloop.tck.run.Outcome.Status;
import dev.anyloop.tck.run.Seed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * What a run of a kit showed, rule by rule; said and written when the run is over. A backend conforms if every rule that is
 * a MUST was tested and none failed, so that a run of no tests proves nothing.
 */
public final class Conformance {

    /** Not FAIL: of that the test tells. */
    private static final Set<Status> EXPLAINED = EnumSet.of(Status.EXEMPT, Status.SKIPPED, Status.BREACH);

    private static final Namespace NAMESPACE = Namespace.create(Conformance.class);

    private static volatile @Nullable Conformance latest;

    private final String owner;
    private final Subject subject;
    private final String detail;
    private final Audience audience = new Audience();
    private final Map<String, Status> statuses = new TreeMap<>();
    private final Map<String, String> reasons = new TreeMap<>();
    private final Map<Status, Integer> tests = new EnumMap<>(Status.class);

    /** @param owner the class whose tests it is about, by its unique id */
    private Conformance(String owner, Subject subject) {
        this.owner = owner;
        this.subject = subject;
        this.detail = detail(subject);
        Spec.current().rules().keySet().stream()
                .filter(subject.covers())
                .forEach(id -> statuses.put(id, Status.UNTESTED));
    }

    /** What a provider throws, a test of it says better. */
    private static String detail(Subject subject) {
        try {
            return subject.detail().get();
        } catch (RuntimeException | LinkageError e) {
            return e.toString();
        }
    }

    /** Says whose result the tests of a class will be; the first time counts. */
    public static void begin(ExtensionContext kit, Subject subject) {
        if (!hasOne(kit)) {
            kit.getStore(NAMESPACE).put(Conformance.class, new Conformance(kit.getUniqueId(), subject));
        }
    }

    /** After the last test of a class, whose tests may have no result of their own. */
    public static void end(ExtensionContext kit) {
        if (hasOne(kit)) {
            of(kit).ifPresent(Conformance::end);
        }
    }

    /** And not the class that it is in. */
    private static boolean hasOne(ExtensionContext kit) {
        return of(kit).filter(conformance -> conformance.owner.equals(kit.getUniqueId())).isPresent();
    }

    /** The last run that is over in this process, or null if there was none. */
    public static @Nullable Conformance latest() {
        return latest;
    }

    /** What a test showed of some rules. */
    public static void note(ExtensionContext context, String[] rules, Outcome outcome) {
        of(context).ifPresent(conformance -> conformance.note(rules, outcome));
    }

    /** None for tests of core, which cite rules as well. */
    private static Optional<Conformance> of(ExtensionContext context) {
        return Optional.ofNullable(context.getStore(NAMESPACE).get(Conformance.class, Conformance.class));
    }

    private synchronized void note(String[] rules, Outcome outcome) {
        tests.merge(outcome.status(), 1, Integer::sum);
        for (String rule : rules) {
            statuses.merge(rule, outcome.status(), (a, b) -> a.compareTo(b) > 0 ? a : b);
            if (EXPLAINED.contains(outcome.status())) {
                reasons.put(rule, outcome.reason());
            }
        }
    }

    private long expected() {
        return musts().size() - exempt();
    }

    private long exempt() {
        return musts().stream().filter(id -> statuses.get(id) == Status.EXEMPT).count();
    }

    private long executed() {
        return musts().stream().filter(id -> statuses.get(id).compareTo(Status.PASS) >= 0).count();
    }

    public boolean isConformant() {
        return executed() == expected() && !statuses.containsValue(Status.FAIL);
    }

    public String verdict() {
        return ran() + ": " + (isConformant() ? "conformant" : "not conformant");
    }

    private String ran() {
        return executed() + " of " + expected() + " MUST rules ran" + (exempt() == 0 ? "" : ", " + exempt() + " are exempt");
    }

    private List<String> musts() {
        return statuses.keySet().stream()
                .filter(id -> Spec.current().rules().containsKey(id))
                .filter(id -> Spec.current().rules().get(id).level().equals("MUST"))
                .toList();
    }

    private void end() {
        if (!tests.isEmpty()) {
            latest = this;
            publish();
        }
        audience.close();
    }

    private void publish() {
        Path directory = subject.report();
        if (directory == null) {
            return;
        }
        String name = subject.column().get().replaceAll("\\W+", "-") + "-" + subject.kit();
        try {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve(name + ".json"), json());
        } catch (IOException e) {
            throw new UncheckedIOException("the conformance report cannot be written to " + directory, e);
        }
        audience.tell("Anyloop TCK: " + count(Status.PASS) + " passed, " + count(Status.FAIL) + " failed, "
                + count(Status.SKIPPED) + " skipped" + also(Status.EXEMPT, "exempt") + also(Status.BREACH, "breached")
                + " (" + name + ")");
    }

    private String also(Status status, String words) {
        return count(status) == 0 ? "" : ", " + count(status) + " " + words;
    }

    /** How many tests ended so. */
    private int count(Status status) {
        return tests.getOrDefault(status, 0);
    }

    /** One rule a line, so that two runs can be compared line by line. */
    private String json() {
        StringBuilder text = new StringBuilder("{\n");
        field(text, "column", subject.column().get());
        field(text, "backend", detail);
        field(text, "kit", version());
        field(text, "jdk", System.getProperty("java.version"));
        field(text, "os", System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch"));
        field(text, "seed", Long.toString(Seed.current().value()));
        field(text, "jitter", Jitter.measured().toString());
        field(text, "rules", ran());
        field(text, "verdict", isConformant() ? "conformant" : "not conformant");
        text.append("  \"results\": {");
        String separator = "\n";
        for (Map.Entry<String, Status> result : statuses.entrySet()) {
            String reason = EXPLAINED.contains(result.getValue()) ? " (" + reasons.get(result.getKey()) + ")" : "";
            text.append(separator).append("    ").append(quoted(result.getKey())).append(": ")
                    .append(quoted(result.getValue() + reason));
            separator = ",\n";
        }
        return text.append("\n  }\n}\n").toString();
    }

    private static String version() {
        String version = Conformance.class.getPackage().getImplementationVersion();
        return version == null ? "unreleased" : version;
    }

    private static void field(StringBuilder text, String name, String value) {
        text.append("  ").append(quoted(name)).append(": ").append(quoted(value)).append(",\n");
    }

    static String quoted(String value) {
        StringBuilder text = new StringBuilder("\"");
        for (char c : value.toCharArray()) {
            text.append(c == '"' || c == '\\' ? "\\" + c : c < ' ' ? String.format("\\u%04x", (int) c) : "" + c);
        }
        return text.append('"').toString();
    }
}
