#!/bin/sh
# java.util.ArrayDeque looks empty after an addLast() that found no memory to grow, although every element is still in it.
#
# addLast() first stores the element in the last free slot, then grows; if growing throws OutOfMemoryError, head and tail
# are equal, which means "empty": size() is 0, isEmpty() is true, iteration finds nothing. pollFirst(), which looks at the
# slot and not at the size, still answers with the first element, and from then on the size is right again. So whoever
# catches the error and goes on, as servers do, "while (!queue.isEmpty())", has lost a queue of a million. ArrayList and
# PriorityQueue grow first, and keep what they had.
#
# Seen on OpenJDK 17.0.15 and 25. Source: ArrayDeque.addLast() and grow() in java.base of JDK 11 to 25, where the element is
# stored and the tail moved before there is room for the next.
# Needs a JDK on the PATH (or JAVA_HOME), and nothing else.
set -e
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/Full.java" <<'JAVA'
import java.util.*;

public class Full {
    public static void main(String[] args) {
        System.out.println("OpenJDK " + System.getProperty("java.version"));
        boolean deque = looksEmpty(new ArrayDeque<>());
        boolean list = looksEmpty(new ArrayList<>());
        boolean heap = looksEmpty(new PriorityQueue<>());
        System.exit(deque && !list && !heap ? 0 : 1);
    }

    static boolean looksEmpty(Collection<Integer> elements) {
        int added = 0;
        try {
            while (true) {
                elements.add(7); // one object for all
                added++;
            }
        } catch (OutOfMemoryError e) {
            boolean empty = elements.isEmpty();
            int size = elements.size();
            Object first = elements instanceof ArrayDeque<Integer> deque ? deque.pollFirst() : "-";
            int then = elements.size();
            System.out.println(elements.getClass().getSimpleName() + ": " + added + " added, then " + e.getMessage()
                    + "; size() " + size + ", isEmpty() " + empty + "; pollFirst() " + first + ", then size() " + then);
            return empty;
        }
    }
}
JAVA
"$java" -Xmx16m -XX:+UseSerialGC "$dir/Full.java"
