package dev.anyloop.libevent;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import dev.anyloop.BackendUnavailableException;
import dev.anyloop.core.transport.EngineException;
import dev.anyloop.spi.Availability;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds libevent, or says why it cannot be used. */
final class LibeventLibrary {

    /** Names the library's file, which is then the only one tried. */
    static final String PROPERTY = "anyloop.libevent";

    /** With the release first, because the bare name is found only where the development package is installed. */
    static final List<String> NAMES =
            List.of("event_core-2.1", "event-2.1", "libevent_core-2.1.so.7", "event_core-2.2", "event_core");

    private static final int OLDEST = 0x0201_0000;

    /** Where Linux has the numbers that {@link Libc} and {@link Errno} use. */
    private static final Set<String> MACHINES =
            Set.of("amd64", "aarch64", "riscv64", "ppc64le", "s390x", "loongarch64");

    private static final String OTHER_BACKEND =
            "\n  or use another backend: add anyloop-nio (pure JDK), or set -Danyloop.backend=nio";

    private LibeventLibrary() {}

    /** Looked for once, at the first question. */
    private static final class Bound {
        static final Availability RESULT = bind();
    }

    /** Whether a transport can be opened. */
    static Availability availability() {
        return Bound.RESULT;
    }

    static void require() {
        if (!availability().available()) {
            throw new BackendUnavailableException("Backend libevent is not available: " + availability().detail());
        }
    }

    private static Availability bind() {
        String system = System.getProperty("os.name");
        String machine = System.getProperty("os.arch");
        if (!system.equals("Linux") || !MACHINES.contains(machine)) {
            return Availability.no("only for Linux on a 64-bit machine it knows the system's numbers of, and this is "
                    + system + " on " + machine + OTHER_BACKEND);
        }
        try {
            Linkage.acquire();
            try {
                Errno.failed("load", Errno.EMFILE); // now, while there are descriptors to load it with
                return Availability.yes("libevent " + Libevent.event_get_version() + " (" + Linkage.library() + ", "
                        + jna() + "), " + method());
            } finally {
                Linkage.release();
            }
        } catch (BackendUnavailableException e) {
            return Availability.no(e.getMessage());
        } catch (IOException e) {
            return Availability.no(e.getMessage() + OTHER_BACKEND);
        } catch (Throwable e) { // of several kinds: what JNA throws when its native part does not load
            return Availability.no("JNA cannot be used: " + troubleOf(e) + OTHER_BACKEND);
        }
    }

    /** Not by the constant in {@link Native}, which is that of the JNA this was compiled with. */
    private static String jna() {
        String version = Native.class.getPackage().getImplementationVersion();
        if (version == null && Native.class.getModule().isNamed()) {
            version = Native.class.getModule().getDescriptor().rawVersion().orElse(null);
        }
        return version == null ? "JNA" : "JNA " + version.replaceFirst(" .*", "");
    }

    /** If there is no descriptor just now, the library is no worse for it: whoever opens a loop will be told. */
    private static String method() throws IOException {
        try {
            EventBase base = new EventBase(null);
            String method = base.method();
            base.close();
            return method;
        } catch (EngineException e) {
            return e.getMessage();
        }
    }

    /**
     * The library, checked for its version and everything we call.
     *
     * @param path the value of the property
     * @throws BackendUnavailableException if there is none, with all that was tried
     */
    static NativeLibrary find(@Nullable String path, List<String> names) {
        Native.getLastError(); // JNA itself must load first: its trouble is not libevent's
        StringJoiner tried =
                new StringJoiner("\n         ", "libevent 2.1 or newer was not found.\n  tried: ", wayOut());
        if (path == null || path.isBlank()) {
            tried.add("-D" + PROPERTY + " (unset)");
        } else if (!path.startsWith("/")) { // and need not be one that the JDK can express
            tried.add("-D" + PROPERTY + "=" + path + ": it must be an absolute path");
            names = List.of();
        } else {
            tried.add("-D" + PROPERTY + ", which is set");
            names = List.of(path);
        }
        for (String name : names) {
            try {
                return check(NativeLibrary.getInstance(name, Linkage.OPTIONS));
            } catch (UnsatisfiedLinkError e) {
                tried.add(name + ": " + reason(e));
            }
        }
        throw new BackendUnavailableException(tried.toString());
    }

    private static NativeLibrary check(NativeLibrary library) {
        int version = library.getFunction("event_get_version_number").invokeInt(new Object[0]);
        if (version < OLDEST) {
            Linkage.close(library);
            throw new UnsatisfiedLinkError(
                    "is version " + (version >>> 24) + "." + (version >>> 16 & 0xff) + ", too old");
        }
        for (Method function : Libevent.class.getDeclaredMethods()) {
            if (Modifier.isNative(function.getModifiers())) {
                library.getFunction(function.getName());
            }
        }
        return library;
    }

    /** JNA's message tells of every place it looked in; the first is the dynamic linker's answer. */
    private static String reason(UnsatisfiedLinkError e) {
        Throwable[] places = e.getSuppressed();
        return places.length == 0 ? e.getMessage() : places[0].getMessage();
    }

    private static String wayOut() {
        return "\n  install: Debian, Ubuntu: apt-get install libevent-core-2.1-7 | Fedora: dnf install libevent"
                + OTHER_BACKEND;
    }

    /** What JNA throws says little of what to do about it. */
    private static String troubleOf(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String wayOut = "";
        if (cause instanceof IllegalCallerException) {
            wayOut = "\n  allow it: --enable-native-access=ALL-UNNAMED, or =com.sun.jna if that is on the module path";
        } else if (cause instanceof ClassNotFoundException && cause.getMessage().startsWith("com.sun.jna.")) {
            wayOut = "\n  add net.java.dev.jna:jna 5 to the class path";
        } else if (cause instanceof UnsatisfiedLinkError || cause.getClass() == Error.class) { // of another JNA's part
            wayOut = "\n  it unpacks its native part first: -Djna.tmpdir names the directory, which must exist, be"
                    + " writable and not be mounted noexec" + propertiesOfJna();
        } else if (cause instanceof LinkageError) {
            wayOut = "\n  found " + jna() + ", needed is net.java.dev.jna:jna 5, from 5.5.0 on";
        }
        return cause + wayOut;
    }

    /** They may keep JNA from finding its native part, or make it find another's. */
    private static String propertiesOfJna() {
        String set = System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("jna.") && !name.equals("jna.loaded"))
                .sorted()
                .map(name -> "-D" + name + "=" + System.getProperty(name))
                .collect(Collectors.joining(", "));
        return set.isEmpty() ? "" : "\n  without these that are set JNA uses the native part in its jar: " + set;
    }
}
