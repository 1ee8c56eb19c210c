#!/bin/sh
# Native.getLastError() of JNA tells a virtual thread the error of another one, if it has waited for anything since its call: of 1,000 threads,
# half of which close a bad descriptor and half look for a file that is not there, some hundreds are told the other half's error.
#
# JNA keeps errno behind each call, so that nothing the JVM does in between changes it, and says that "the value is preserved per-thread".
# But it is kept by native code, which knows the thread of the system that carries the virtual one: all that are carried by it
# share it, and one that goes on elsewhere finds what is there. A call, its error and nothing in between is right as long as the thread is
# not unmounted; a log line that has to wait for its lock, a metric, a sleep before the next try will do. A loop that then compares with
# EAGAIN or EINTR takes a failure for "try again", or the other way round. A method that "throws LastErrorException" takes the error
# with the call and is right; platform threads are right both ways.
#
# Seen with JNA 5.19.1 on Temurin 25.0.3, Linux x86-64. Source: JNA_set_last_error and JNA_get_last_error in native/callback.c
# (thread storage of the system); com.sun.jna.Native.getLastError.
# Needs JDK 25 (JAVA_HOME or on the PATH; any from 21 on should do) and Maven.
#
# Output seen (the first number varies, and is some hundreds):
#   virtual threads, getLastError() after a pause: 515 of 1000 wrong
#   platform threads, getLastError() after a pause: 0 of 1000 wrong
#   virtual threads, LastErrorException: 0 of 1000 wrong
set -e
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/pom.xml" <<XML
<project><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version><dependencies>
<dependency><groupId>net.java.dev.jna</groupId><artifactId>jna</artifactId><version>5.19.1</version></dependency>
</dependencies></project>
XML
mvn -q -B -f "$dir/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies \
    -DoutputDirectory="$dir/lib"
cat > "$dir/Errors.java" <<'JAVA'
import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

public class Errors {
    static final int COUNT = 1000;
    static final int ENOENT = 2;
    static final int EBADF = 9;

    public interface Telling extends Library {
        int close(int descriptor);

        int chdir(String path);
    }

    public interface Throwing extends Library {
        int close(int descriptor) throws LastErrorException;

        int chdir(String path) throws LastErrorException;
    }

    static final Telling telling = Native.load("c", Telling.class);
    static final Throwing throwing = Native.load("c", Throwing.class);

    public static void main(String[] args) {
        int virtual = wrong("virtual threads, getLastError() after a pause", Executors.newVirtualThreadPerTaskExecutor(),
                () -> told(telling.close(-1)), () -> told(telling.chdir("/nowhere/at/all")));
        int platform = wrong("platform threads, getLastError() after a pause", Executors.newFixedThreadPool(50),
                () -> told(telling.close(-1)), () -> told(telling.chdir("/nowhere/at/all")));
        int thrown = wrong("virtual threads, LastErrorException", Executors.newVirtualThreadPerTaskExecutor(),
                () -> thrown(() -> throwing.close(-1)), () -> thrown(() -> throwing.chdir("/nowhere/at/all")));
        System.exit(virtual >= 100 && platform == 0 && thrown == 0 ? 0 : 1);
    }

    /** How many of COUNT tasks, every other one a close and a chdir that fail, are told another error than that of their call. */
    static int wrong(String name, ExecutorService executor, IntSupplier close, IntSupplier chdir) {
        AtomicInteger wrong = new AtomicInteger();
        try (executor) {
            for (int i = 0; i < COUNT; i++) {
                boolean closes = i % 2 == 0;
                executor.execute(() -> {
                    if ((closes ? close : chdir).getAsInt() != (closes ? EBADF : ENOENT)) {
                        wrong.incrementAndGet();
                    }
                });
            }
        }
        System.out.println(name + ": " + wrong + " of " + COUNT + " wrong");
        return wrong.get();
    }

    static int told(int result) {
        pause();
        return result == -1 ? Native.getLastError() : 0;
    }

    static int thrown(IntSupplier call) {
        try {
            return call.getAsInt();
        } catch (LastErrorException e) {
            pause();
            return e.getErrorCode();
        }
    }

    static void pause() {
        try {
            Thread.sleep(1);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
JAVA
"$java" --enable-native-access=ALL-UNNAMED -cp "$dir/lib/*" "$dir/Errors.java" 2> "$dir/err" || { code=$?; cat "$dir/err"; exit $code; }
