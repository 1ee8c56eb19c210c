package dev.anyloop.http.grid;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.anyloop.http.protocol.Case;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Asks each server each case of the table, and writes down where they differ. Fails if ours does not do what the table says. */
public final class Grid {

    private static final int AT_ONCE = 64; // most of the time is waiting for servers that wait
    private static final int SURE = 8;
    private static final int WARM_UP = 20;
    private static final String OURS = "Anyloop";

    private Grid() {}

    /** Arguments: the file to write, and the versions, each {@code name=version}. */
    public static void main(String... arguments) throws Exception {
        Logger.getLogger("").setLevel(Level.OFF); // they tell much about broken requests
        Map<String, String> versions = new LinkedHashMap<>();
        for (int i = 1; i < arguments.length; i++) {
            versions.put(arguments[i].split("=")[0], arguments[i].split("=")[1]);
        }
        List<Peer> peers = start(versions);
        List<Case> cases = Case.requests().stream().filter(it -> !Verdict.isCutOff(it)).toList();
        warm(peers);
        Report report = new Report(peers, versions);
        int wrong = ask(peers, cases, report);
        if (wrong == 0) {
            Files.writeString(Path.of(arguments[0]), text().replace("{servers}\n", report.servers()).replace("{rows}\n", report.rows()));
            System.out.println(report.summary() + "\nwritten to " + arguments[0]);
        }
        System.exit(wrong == 0 ? 0 : 1); // the servers' threads would go on
    }

    private static String text() throws IOException {
        try (InputStream in = Grid.class.getResourceAsStream("http-grid.md")) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    private static List<Peer> start(Map<String, String> versions) {
        Map<String, Peer.Start> starts = new LinkedHashMap<>();
        starts.put(OURS, Anyloop::start);
        starts.put("Netty", Netty::start);
        starts.put("Undertow", Undertow::start);
        starts.put("Jetty", Jetty::start);
        starts.put("Tomcat", Tomcat::start);
        starts.put("HttpCore", HttpCore::start);
        starts.put("microhttp", Microhttp::start);
        starts.put("robaho", Robaho::start);
        starts.put("nginx", Nginx::start);
        List<Peer> peers = new ArrayList<>();
        starts.forEach((name, start) -> {
            try {
                peers.add(new Peer(name, start.start()));
                if (name.equals("nginx")) {
                    versions.put(name, Nginx.version());
                }
            } catch (Exception | LinkageError e) {
                System.out.println(name + " does not run here: " + e);
            }
        });
        return peers;
    }

    /** The first requests load classes, and would look like those that are not answered. */
    private static void warm(List<Peer> peers) throws IOException {
        for (Peer peer : peers) {
            for (int i = 0; i < WARM_UP; i++) {
                Asked.ask(peer, "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx", SURE);
            }
        }
    }

    private static int ask(List<Peer> peers, List<Case> cases, Report report) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(AT_ONCE);
        List<List<Future<Asked>>> results = new ArrayList<>();
        for (Case it : cases) {
            results.add(peers.stream().map(peer -> pool.submit(() -> ask(peer, it))).toList());
        }
        int wrong = 0;
        for (int i = 0; i < cases.size(); i++) {
            List<Asked> asked = new ArrayList<>();
            for (Future<Asked> result : results.get(i)) {
                asked.add(result.get());
            }
            report.add(cases.get(i), asked);
            wrong += isWrong(cases.get(i), asked.get(0)) ? 1 : 0;
        }
        pool.shutdown();
        return wrong;
    }

    /** Whoever seems to wait may be slow, for much goes on at once. */
    private static Asked ask(Peer peer, Case it) throws IOException {
        Asked asked = Asked.ask(peer, it.bytes(), 1);
        return asked.closed() || asked.answers().size() >= Math.max(1, Verdict.expected(it).size()) ? asked : Asked.ask(peer, it.bytes(), SURE);
    }

    private static boolean isWrong(Case it, Asked ours) {
        Verdict verdict = Verdict.of(it, ours, true);
        boolean tunnel = it.bytes().startsWith("CONNECT "); // refused, though it is one
        boolean wrong = verdict != (Verdict.isValid(it) && !tunnel ? Verdict.READ : Verdict.REFUSED);
        if (wrong) {
            System.out.println("Anyloop does not do what the table says: " + it + ": " + ours);
        }
        return wrong;
    }
}
