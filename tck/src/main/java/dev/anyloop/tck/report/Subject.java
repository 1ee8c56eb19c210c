package dev.anyloop.tck.report;

import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whose conformance is reported.
 *
 * @param column what the matrix calls it
 * @param detail the same in more words; asked when the first test begins, in whose world a backend may be at home
 * @param kit {@code "loop"} or {@code "seam"}
 * @param covers which rules of the specification are tested there
 * @param report the directory of the report, or null if there is nobody to tell
 */
public record Subject(
        Supplier<String> column, Supplier<String> detail, String kit, Predicate<String> covers, @Nullable Path report) {}
