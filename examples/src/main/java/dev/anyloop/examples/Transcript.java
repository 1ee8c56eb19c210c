package dev.anyloop.examples;

import java.util.ArrayList;
import java.util.List;

/** What happened on one backend, line by line. */
record Transcript(String backend, int port, List<String> lines) {

    /** Where it is not the same as the other, once names and ports are removed; empty if nowhere. */
    List<String> differenceFrom(Transcript other) {
        List<String> mine = comparable();
        List<String> others = other.comparable();
        List<String> difference = new ArrayList<>();
        for (int i = 0; i < Math.max(mine.size(), others.size()); i++) {
            String here = i < mine.size() ? mine.get(i) : "(nothing)";
            String there = i < others.size() ? others.get(i) : "(nothing)";
            if (!here.equals(there)) {
                difference.add("line " + (i + 1) + " of " + other.backend + ": " + there);
                difference.add("line " + (i + 1) + " of " + backend + ": " + here);
            }
        }
        return difference;
    }

    private List<String> comparable() {
        return lines.stream()
                .map(line -> line.replace(" of " + backend + " ", " of <name> ").replace(":" + port, ":<port>"))
                .toList();
    }
}
