package dev.anyloop.http.grid;

import dev.anyloop.http.protocol.Case;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** What is published: the servers with their numbers, and a row for each case about which they differ. */
final class Report {

    private static final int SHOWN = 90;

    private final List<Peer> peers;
    private final Map<String, String> versions;
    private final int[] read;
    private final int[] refused;
    private final int[] closed;
    private final StringBuilder valid = new StringBuilder();
    private final StringBuilder malformed = new StringBuilder();
    private int validCases;
    private int malformedCases;
    private int agreed;
    private int differ;
    private int leftOut;
    private int readOtherwise;

    Report(List<Peer> peers, Map<String, String> versions) {
        this.peers = peers;
        this.versions = versions;
        read = new int[peers.size()];
        refused = new int[peers.size()];
        closed = new int[peers.size()];
    }

    void add(Case it, List<Asked> asked) {
        if (!Verdict.mayBeTold(it)) {
            leftOut++;
            return;
        }
        List<Verdict> verdicts = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            verdicts.add(Verdict.of(it, asked.get(i), !peers.get(i).name().equals("nginx")));
        }
        if (verdicts.contains(Verdict.OTHER)) {
            readOtherwise++;
            return;
        }
        count(it, asked, verdicts);
        if (verdicts.stream().distinct().count() == 1) {
            agreed++;
        } else {
            differ++;
            (Verdict.isValid(it) ? valid : malformed).append(row(it, asked, verdicts));
        }
    }

    private void count(Case it, List<Asked> asked, List<Verdict> verdicts) {
        validCases += Verdict.isValid(it) ? 1 : 0;
        malformedCases += Verdict.isValid(it) ? 0 : 1;
        for (int i = 0; i < asked.size(); i++) {
            read[i] += verdicts.get(i) == Verdict.READ ? 1 : 0;
            boolean refuses = !Verdict.isValid(it) && verdicts.get(i) == Verdict.REFUSED;
            refused[i] += refuses ? 1 : 0;
            closed[i] += refuses && asked.get(i).closed() ? 1 : 0;
        }
    }

    private static String row(Case it, List<Asked> asked, List<Verdict> verdicts) {
        StringJoiner row = new StringJoiner(" | ", "| ", " |\n");
        row.add(plain(it.name())).add("``" + shown(it.bytes()) + "``");
        for (int i = 0; i < asked.size(); i++) {
            boolean unlikeTable = verdicts.get(i) != (Verdict.isValid(it) ? Verdict.READ : Verdict.REFUSED);
            row.add(unlikeTable ? "**" + cell(asked.get(i)) + "**" : cell(asked.get(i)));
        }
        return row.toString();
    }

    private static String cell(Asked asked) {
        StringJoiner statuses = new StringJoiner(" ");
        asked.answers().forEach(answer -> statuses.add(answer.status() == 0 ? "?" : Integer.toString(answer.status())));
        return (asked.answers().isEmpty() ? "–" : statuses) + (asked.closed() ? " ✕" : "");
    }

    private static String plain(String text) {
        return text.replace("|", "\\|").replace("*", "\\*");
    }

    private static String shown(String bytes) {
        StringBuilder shown = new StringBuilder();
        for (char c : bytes.toCharArray()) {
            switch (c) {
                case '\r' -> shown.append("\\r");
                case '\n' -> shown.append("\\n");
                case '\t' -> shown.append("\\t");
                case '|' -> shown.append("\\|");
                default -> shown.append(c >= ' ' && c < 0x7f ? String.valueOf(c) : String.format("\\x%02x", (int) c));
            }
        }
        return " " + (shown.length() > SHOWN ? shown.substring(0, SHOWN) + "…" : shown) + " ";
    }

    // ---- as Markdown ----

    String servers() {
        StringBuilder table = new StringBuilder("| server | version | valid, read as a whole | malformed, refused | and then closed |\n|---|---|---|---|---|\n");
        for (int i = 0; i < peers.size(); i++) {
            table.append("| ").append(peers.get(i).name()).append(" | ").append(versions.getOrDefault(peers.get(i).name(), "this"))
                    .append(" | ").append(read[i]).append(" of ").append(validCases)
                    .append(" | ").append(refused[i]).append(" of ").append(malformedCases)
                    .append(" | ").append(closed[i]).append(" |\n");
        }
        return table + "\n" + summary() + "\n";
    }

    String summary() {
        return String.format("Of %d requests, %d are of the kind that is not told about, and in %d valid ones somebody reads another message. About"
                + " %d of the rest all agree, about %d they do not.", agreed + differ + leftOut + readOtherwise, leftOut, readOtherwise, agreed, differ);
    }

    String rows() {
        return "### Valid\n\n" + header() + valid + "\n### Malformed\n\n" + header() + malformed;
    }

    private String header() {
        StringJoiner names = new StringJoiner(" | ", "| case | bytes | ", " |\n");
        peers.forEach(peer -> names.add(peer.name()));
        return names + "|---|---|" + "---|".repeat(peers.size()) + "\n";
    }
}
