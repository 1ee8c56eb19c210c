#!/bin/sh
# java.nio.file.Files.readString() and readAllBytes() read the first character, and no more, of a number that Linux keeps in /proc/sys:
# net.core.somaxconn is 4 where it is 4096, pid_max 3 where it is 32768. Nothing fails, and what comes back is a number.
#
# Such a file says that its size is 0, and the kernel gives a number's text to the read at offset 0 alone; every later read is at the end.
# The JDK begins with an array of the size that the file tells, none, reads a single byte to see whether there is more after all, and
# only then makes room, at offset 1. Files.readAllLines(), newInputStream(path).readAllBytes() and FileInputStream ask for 8 KiB at once and
# get all of it; and readString() of other files of size 0, /proc/version or the settings that are words, is right, so whoever has tried it
# there is sure of it. The Javadoc says "reads all the bytes from a file"; nobody who writes parseInt(readString(path).strip()), to
# know how long the queue of a listening socket may be, thinks of anything else.
#
# Seen on OpenJDK 17.0.15 and Temurin 25.0.3, Linux 6.18. Source: Files.read(InputStream, int) of java.base, called with the file's size;
# proc_dointvec() and those like it in kernel/sysctl.c, which answer nothing to a read where the position is not 0.
# Needs a JDK (17 or later) on the PATH (or JAVA_HOME), on Linux. It reads settings, and changes none.
#
# Output seen (the numbers are the machine's):
#   /proc/sys/net/core/somaxconn: readString 4, readAllBytes 4, readAllLines 4096, newInputStream 4096
#   /proc/sys/net/ipv4/ip_local_port_range: readString 3, readAllBytes 3, readAllLines 32768 60999, newInputStream 32768 60999
#   /proc/sys/kernel/pid_max: readString 3, readAllBytes 3, readAllLines 32768, newInputStream 32768
#   /proc/sys/kernel/ostype: readString Linux, readAllBytes Linux, readAllLines Linux, newInputStream Linux
set -e
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/Setting.java" <<'JAVA'
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

public class Setting {
    public static void main(String[] args) throws IOException {
        boolean cut = isCut("net/core/somaxconn") & isCut("net/ipv4/ip_local_port_range") & isCut("kernel/pid_max");
        boolean wordIsCut = isCut("kernel/ostype");
        System.exit(cut && !wordIsCut ? 0 : 1);
    }

    /** Whether there is more in it than its first character, and the two that should read all read that one. */
    static boolean isCut(String name) throws IOException {
        Path path = Path.of("/proc/sys", name);
        String string = tidy(Files.readString(path));
        String bytes = tidy(new String(Files.readAllBytes(path)));
        String lines = tidy(String.join("\n", Files.readAllLines(path)));
        String stream;
        try (InputStream in = Files.newInputStream(path)) {
            stream = tidy(new String(in.readAllBytes()));
        }
        System.out.println(path + ": readString " + string + ", readAllBytes " + bytes + ", readAllLines " + lines
                + ", newInputStream " + stream);
        return lines.equals(stream) && lines.length() > 1 && string.equals(lines.substring(0, 1)) && bytes.equals(string);
    }

    static String tidy(String text) {
        return text.strip().replaceAll("\\s+", " ");
    }
}
JAVA
"$java" "$dir/Setting.java"
