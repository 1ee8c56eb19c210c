package dev.anyloop.benchmarks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Server CPU time per request as bars, fastest first, ours in colour; the thin line reaches from min to max. */
final class Chart {

    private static final int NAME_WIDTH = 150;
    private static final int BAR_WIDTH = 260;
    private static final int PANEL_WIDTH = NAME_WIDTH + BAR_WIDTH + 70;
    private static final int ROW = 18;
    private static final int MARGIN = 20;

    private record Bar(String name, Spread spread) {}

    private final StringBuilder svg = new StringBuilder();
    private final Results results;
    private final Map<String, String> titles;

    Chart(Results results, Map<String, String> titles) {
        this.results = results;
        this.titles = titles;
    }

    /** Two panels in a row, one for each experiment. */
    String svg(List<String> experiments, List<String> footnotes) {
        int y = 50;
        int rowHeight = 0;
        int column = 0;
        for (String experiment : experiments) {
            List<Bar> bars = bars(experiment);
            if (bars.isEmpty()) {
                continue;
            }
            if (column == 2) {
                y += rowHeight;
                rowHeight = 0;
                column = 0;
            }
            rowHeight = Math.max(rowHeight, panel(MARGIN + column * PANEL_WIDTH, y, experiment, bars));
            column++;
        }
        y += rowHeight;
        for (String footnote : footnotes) {
            text(MARGIN, y, 10, "start", "#666", footnote);
            y += ROW - 4;
        }
        return String.format(Locale.ROOT, """
                <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12">
                <rect width="100%%" height="100%%" fill="white"/>
                <text x="%d" y="28" font-size="18">Server CPU time per request in µs (less is better)</text>
                %s</svg>
                """, 2 * PANEL_WIDTH + 2 * MARGIN, y + MARGIN, MARGIN, svg);
    }

    private List<Bar> bars(String experiment) {
        List<Bar> bars = new ArrayList<>();
        for (String candidate : results.candidates(experiment)) {
            results.spread(experiment, candidate, Metric.CPU).ifPresent(s -> bars.add(new Bar(candidate, s)));
        }
        bars.sort(Comparator.comparingDouble(bar -> bar.spread.median()));
        return bars;
    }

    private int panel(int x, int y, String experiment, List<Bar> bars) {
        text(x, y + 14, 13, "start", "#000", titles.get(experiment));
        double scale = BAR_WIDTH / bars.stream().mapToDouble(bar -> bar.spread.max()).max().orElse(1);
        int row = y + 24;
        for (Bar bar : bars) {
            boolean ours = bar.name.startsWith(Candidates.ANYLOOP);
            int left = x + NAME_WIDTH;
            int middle = row + ROW / 2;
            text(left - 6, row + 13, 12, "end", ours ? "#b03a00" : "#333", bar.name);
            rectangle(left, row + 2, bar.spread.median() * scale, ROW - 4, ours ? "#e8743b" : "#9bb3c9");
            rectangle(left + bar.spread.min() * scale, middle, (bar.spread.max() - bar.spread.min()) * scale, 1, "#333");
            text(left + (int) (bar.spread.max() * scale) + 5, row + 13, 11, "start", "#333",
                    Metric.CPU.format(bar.spread.median()));
            row += ROW;
        }
        return row - y + MARGIN;
    }

    private void rectangle(double x, double y, double width, int height, String colour) {
        svg.append(String.format(Locale.ROOT, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n",
                x, y, width, height, colour));
    }

    private void text(int x, int y, int size, String anchor, String colour, String text) {
        svg.append(String.format(Locale.ROOT,
                "<text x=\"%d\" y=\"%d\" font-size=\"%d\" text-anchor=\"%s\" fill=\"%s\">%s</text>%n",
                x, y, size, anchor, colour, escape(text)));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
