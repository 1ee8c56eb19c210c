package dev.anyloop.tck.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.anyloop.tck.run.Outcome.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/**
 * What the processes know of each other's tests: a test that somebody has taken has a file, and another one when it is over.
 * Making a file is the one thing that they cannot both do.
 *
 * @param directory where the files are
 */
record Board(Path directory) {

    /** No message has it. */
    private static final String BETWEEN = "\u001e";

    private static final String TAKEN = ".taken";
    private static final String BEGUN = ".begun";
    private static final String OVER = ".over";

    /** Whether it is the caller's now; nobody gets it a second time. */
    boolean take(String test) {
        try {
            Files.createFile(file(test, TAKEN));
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of a failure with the frames that JUnit would have shown. */
    private static String message(Outcome outcome) {
        Throwable thrown = outcome.thrown();
        if (thrown == null) {
            return "";
        }
        Stream<String> frames = outcome.status() != Status.FAIL ? Stream.empty() : Arrays.stream(thrown.getStackTrace())
                .filter(frame -> frame.getClassName().startsWith("dev.anyloop."))
                .map(frame -> "    at " + frame);
        return Stream.concat(Stream.of(String.valueOf(thrown.getMessage())), frames).collect(Collectors.joining("\n"));
    }

    /** Read by others as a whole, or not at all. */
    void put(String test, Outcome outcome) {
        try {
            String text = String.join(BETWEEN, outcome.status().name(), outcome.reason(), message(outcome));
            Files.writeString(file(test, BEGUN), text, UTF_8);
            Files.move(file(test, BEGUN), file(test, OVER), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Null while it is not over. */
    @Nullable Outcome get(String test) {
        try {
            return Files.exists(file(test, OVER)) ? parse(Files.readString(file(test, OVER), UTF_8)) : null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Outcome parse(String text) {
        String[] parts = text.split(BETWEEN, -1);
        Status status = Status.valueOf(parts[0]);
        return new Outcome(status, parts[1], switch (status) {
            case PASS -> null;
            case FAIL -> new AssertionFailedError(parts[2]);
            default -> new TestAbortedException(parts[2]);
        });
    }

    /** The ids of JUnit are no names of files. */
    private Path file(String test, String state) {
        return directory.resolve(UUID.nameUUIDFromBytes(test.getBytes(UTF_8)) + state);
    }
}
