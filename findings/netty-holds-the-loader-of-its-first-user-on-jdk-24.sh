#!/bin/sh
# Netty 4.2 in a shared class loader keeps the class loader of the first application that uses it for ever on JDK 24 and later.
#
# A server has Netty in its own loader; an application with a loader of its own allocates one heap buffer, leaves no thread, no
# thread local and no reference behind, and goes. On JDK 17 its loader is collected, on JDK 25 it never is: from JDK 24 on Netty
# does without sun.misc.Unsafe and keeps why, an UnsupportedOperationException made while PlatformDependent0 is initialized, in
# the static field EXPLICIT_NO_UNSAFE_CAUSE. An exception's hidden field "backtrace" refers to the classes of all the frames
# that were on the stack, and those of the application are among them. With -Dio.netty.noUnsafe=true it is so on every JDK.
# Replacing the stack trace would not help: setStackTrace leaves the backtrace where it is.
#
# Seen with Netty 4.2.18.Final on Temurin 25.0.3 (held) and OpenJDK 17.0.15 (held with the option, else collected), Linux x86-64.
# Source: PlatformDependent0.java, explicitNoUnsafeCause0; Netty's pull request 10691 mended others of the kind.
# Needs a JDK, 17 or later, and Maven on the PATH.
set -e
version=4.2.18.Final
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
javac=${JAVA_HOME:+$JAVA_HOME/bin/}javac
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/pom.xml" <<XML
<project><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version><dependencies>
<dependency><groupId>io.netty</groupId><artifactId>netty-buffer</artifactId><version>$version</version></dependency>
</dependencies></project>
XML
mvn -q -B -f "$dir/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies \
    -DoutputDirectory="$dir/lib"
mkdir "$dir/server" "$dir/application"
cat > "$dir/Application.java" <<'JAVA'
public class Application implements Runnable {
    public void run() {
        io.netty.buffer.Unpooled.buffer(1).release();
    }
}
JAVA
cat > "$dir/Server.java" <<'JAVA'
import java.lang.ref.WeakReference;
import java.net.*;
import java.nio.file.Path;

public class Server {
    public static void main(String[] args) throws Exception {
        System.out.print("JDK " + Runtime.version().feature() + ", io.netty.noUnsafe="
                + System.getProperty("io.netty.noUnsafe") + ": ");
        Class.forName("io.netty.util.Version"); // Netty is the server's
        WeakReference<ClassLoader> application = runApplication(Path.of(args[0]).toUri().toURL());
        for (int i = 0; i < 50 && application.get() != null; i++) {
            System.gc();
            Thread.sleep(100);
        }
        System.out.println("the application's class loader is " + (application.get() == null ? "collected" : "held"));
    }

    static WeakReference<ClassLoader> runApplication(URL classes) throws Exception {
        WeakReference<?>[] loader = new WeakReference<?>[1];
        Thread thread = new Thread(() -> {
            try (URLClassLoader own = new URLClassLoader(new URL[] {classes})) {
                ((Runnable) own.loadClass("Application").getConstructor().newInstance()).run();
                loader[0] = new WeakReference<>(own);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        thread.start();
        thread.join();
        @SuppressWarnings("unchecked") WeakReference<ClassLoader> result = (WeakReference<ClassLoader>) loader[0];
        return result;
    }
}
JAVA
lib=$(echo "$dir"/lib/*.jar | tr ' ' ':')
$javac -cp "$lib" -d "$dir/application" "$dir/Application.java"
$javac -d "$dir/server" "$dir/Server.java"
run() { "$java" "$@" -cp "$dir/server:$lib" Server "$dir/application/"; }
run | tee "$dir/default"
run -Dio.netty.noUnsafe=true | tee "$dir/without"
run -Dio.netty.noUnsafe=false | tee "$dir/with"
grep -q 'held$' "$dir/without"
grep -q 'collected$' "$dir/with"
jdk=$(sed -n 's/^JDK \([0-9]*\),.*/\1/p' "$dir/default")
if [ "$jdk" -ge 24 ]; then grep -q 'held$' "$dir/default"; else grep -q 'collected$' "$dir/default"; fi
