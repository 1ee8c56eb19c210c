package dev.anyloop.tck.elsewhere;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/** A language that the C library can be told to speak, in a directory of its own if the system lacks its locale. */
public enum Language {

    GERMAN("de_DE"),
    FRENCH("fr_FR");

    private static final String ENGLISH = "No such file or directory";

    /** The locale of no language, where Linux has it. */
    private static final Path NEUTRAL = Path.of("/usr/lib/locale/C.utf8");

    private final String locale;
    private @Nullable List<String> shell;

    Language(String locale) {
        this.locale = locale;
    }

    /** The command that begins a process that speaks it; skips a test where none can. */
    synchronized List<String> shell() {
        try {
            if (shell == null) {
                shell = isSpoken(speaking("")) ? speaking("") : speaking(made().toString());
            }
            if (isSpoken(shell)) {
                return shell;
            }
            throw new TestAbortedException("the C library does not speak " + locale + " here (Debian: libc-l10n)");
        } catch (IOException | InterruptedException e) {
            throw new TestAbortedException("there is no " + locale + " here: " + e.getMessage());
        }
    }

    private List<String> speaking(String path) {
        return List.of("env", "LC_ALL=" + locale + ".UTF-8", "LANGUAGE=", "LOCPATH=" + path);
    }

    private static boolean isSpoken(List<String> shell) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(shell);
        command.addAll(List.of("cat", "/no/such/file"));
        return !said(command).contains(ENGLISH);
    }

    /** The library finds its words by the name of a locale alone; to compile one takes seconds, all for how its words are sorted. */
    private Path made() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("tck-language");
        Path named = directory.resolve(locale + ".UTF-8");
        String complaint = "";
        if (Files.isDirectory(NEUTRAL)) {
            Files.createSymbolicLink(named, NEUTRAL);
        } else {
            complaint = said(List.of("localedef", "-i", locale, "-f", "UTF-8", named.toString()));
        }
        try (Stream<Path> files = Files.walk(directory)) {
            files.map(Path::toFile).forEach(File::deleteOnExit); // the last first
        }
        if (!complaint.isEmpty()) {
            throw new IOException(complaint + " (Debian: locales)");
        }
        return directory;
    }

    private static String said(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        process.waitFor();
        return said;
    }
}
