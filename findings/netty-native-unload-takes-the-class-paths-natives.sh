#!/bin/sh
# Netty's epoll on the class path stops working (UnsatisfiedLinkError) when another class loader's copy of it is unloaded.
#
# Netty's native library registers its methods when it is loaded and unregisters them in JNI_OnUnload, where it looks its
# classes up by name. No Java code is on the stack then, so JNI's FindClass asks the system class loader, and finds not the
# classes that are being unloaded but those on the class path. Each class loader has a library of its own (a copy in the
# temporary directory), so nothing should be shared. A server that has Netty on its class path loses its epoll when a web
# application or plug-in that brought its own Netty is redeployed and collected; io_uring does the same.
#
# Seen with Netty 4.1.118.Final and 4.2.18.Final on OpenJDK 17.0.15, Linux x86-64. Source: netty_jni_util.c, where the
# unregistering begins with FindClass; the JNI specification on FindClass without a Java frame.
# Needs a JDK and Maven on the PATH, Linux on x86-64.
set -e
version=4.2.18.Final
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/pom.xml" <<XML
<project><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version><dependencies>
<dependency><groupId>io.netty</groupId><artifactId>netty-transport-native-epoll</artifactId><version>$version</version>
<classifier>linux-x86_64</classifier></dependency></dependencies></project>
XML
mvn -q -B -f "$dir/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies \
    -DoutputDirectory="$dir/lib"
cat > "$dir/Unload.java" <<'JAVA'
import java.lang.ref.WeakReference;
import java.lang.reflect.*;
import java.net.*;
import java.nio.file.Path;
import java.util.*;

public class Unload {
    public static void main(String[] args) throws Exception {
        System.out.println("OpenJDK " + System.getProperty("java.version"));
        ClassLoader own = ClassLoader.getSystemClassLoader();
        boolean before = works(own, "class path");
        WeakReference<ClassLoader> child = child();
        for (int i = 0; i < 100 && child.get() != null; i++) {
            System.gc();
            Thread.sleep(100);
        }
        System.out.println("child loader: " + (child.get() == null ? "collected" : "still there"));
        Thread.sleep(500); // its library is unloaded by another thread
        boolean after = works(own, "class path");
        System.exit(before && child.get() == null && !after ? 0 : 1);
    }

    static WeakReference<ClassLoader> child() throws Exception {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(":")) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        try (URLClassLoader loader = new URLClassLoader(urls.toArray(new URL[0]), ClassLoader.getPlatformClassLoader())) {
            works(loader, "child loader");
            return new WeakReference<>(loader);
        }
    }

    static boolean works(ClassLoader loader, String whose) throws Exception {
        Method open = Class.forName("io.netty.channel.epoll.Native", true, loader).getDeclaredMethod("newEpollCreate");
        open.setAccessible(true);
        try {
            Object descriptor = open.invoke(null);
            descriptor.getClass().getMethod("close").invoke(descriptor);
            System.out.println("Netty of the " + whose + ": opens and closes an epoll descriptor");
            return true;
        } catch (InvocationTargetException e) {
            System.out.println("Netty of the " + whose + ": " + e.getCause());
            return false;
        }
    }
}
JAVA
${JAVA_HOME:+$JAVA_HOME/bin/}javac -d "$dir" "$dir/Unload.java"
$java -cp "$dir:$(echo "$dir"/lib/*.jar | tr ' ' ':')" Unload
