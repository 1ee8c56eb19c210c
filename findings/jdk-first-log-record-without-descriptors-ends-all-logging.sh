#!/bin/sh
# The first warning of a process that a System.Logger of the JDK is given while no descriptor is free throws an Error, and so does every
# later one of every logger, although there are descriptors again: what it reads then (how to log, the rules of time zones) is read by
# static initializers, and a class whose initializer failed stays so. To ask isLoggable() in time is not enough, since the rules of the
# zone are read by the first record that is formatted. So a server whose first complaint is "too many open files" ends its logging.
#
# Seen on OpenJDK 17.0.15 and 25.0.3. Source: sun.util.calendar.ZoneInfoFile, java.util.logging.LogManager, System.getLogger.
# Needs a JDK (17 or later) on Linux.
set -e
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/First.java" <<'JAVA'
import java.io.FileInputStream;
import java.io.IOException;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;

class First {
    public static void main(String[] args) throws Exception {
        if (args[0].equals("asked") || args[0].equals("both")) {
            System.getLogger("demo").isLoggable(System.Logger.Level.WARNING);
        }
        if (args[0].equals("both")) {
            ZonedDateTime.now();
        }
        List<FileInputStream> taken = new ArrayList<>();
        try {
            while (true) {
                taken.add(new FileInputStream("/dev/null"));
            }
        } catch (IOException e) {
            // there are no more
        }
        String without = warn();
        for (FileInputStream each : taken) {
            each.close();
        }
        System.out.println(args[0] + ": without descriptors it " + without + ", with descriptors again it " + warn());
    }

    static String warn() {
        try {
            System.getLogger("demo").log(System.Logger.Level.WARNING, "a warning");
            return "logs";
        } catch (Throwable e) {
            return e instanceof Error ? "throws an Error" : "throws";
        }
    }
}
JAVA
javac -d "$dir" "$dir/First.java"
seen=$(ulimit -n 60; for prepared in nothing asked both; do java -cp "$dir" First $prepared 2>/dev/null; done)
echo "$seen"
[ "$seen" = "nothing: without descriptors it throws an Error, with descriptors again it throws an Error
asked: without descriptors it throws an Error, with descriptors again it throws an Error
both: without descriptors it logs, with descriptors again it logs" ]
