package dev.anyloop.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.anyloop.EventLoop;
import dev.anyloop.sim.Simulation;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** A client on a simulated host, and a server that answers what the test likes. */
abstract class SimulatedClient {

    static final String SERVER = "server";
    static final String CLIENT = "client";

    EventLoop loop;
    HttpClient client;
    RawServer server;
    final List<String> told = new ArrayList<>();
    final List<Throwable> uncaught = new ArrayList<>();

    void open(Simulation sim) {
        open(sim, ClientOptions.defaults());
    }

    void open(Simulation sim, ClientOptions options) {
        client = null;
        told.clear();
        uncaught.clear();
        server = new RawServer();
        sim.host(SERVER).start(server::listen);
        sim.host(CLIENT).start(it -> {
            loop = it;
            loop.hold();
            loop.onUncaught((l, thrown) -> uncaught.add(thrown));
            client = HttpClient.open(it, options);
        });
        sim.runUntil(() -> client != null);
    }

    ClientRequest request(String method, String path) {
        return client.request(method, URI.create("http://server" + path));
    }

    ClientRequest get(String path) {
        return request("GET", path);
    }

    /** Tells all that comes of it: the head, each piece, the end, or the failure. */
    void send(ClientRequest request) {
        request.send(response -> {
            told.add(response.status() + " " + response.reason());
            StringBuilder body = new StringBuilder();
            response.onBody(data -> body.append(ISO_8859_1.decode(data))).onEnd(() -> told.add("<" + body + ">"));
        }, failure -> told.add(failure.kind() + (failure instanceof MalformedAnswerException malformed ? " " + malformed.rule() : "")));
    }

    /** All that comes of a GET if the server answers this. */
    List<String> answered(Simulation sim, String answer) {
        open(sim);
        server.onRequest = (connection, request) -> connection.send(answer);
        send(get("/"));
        sim.runUntil(this::hasEnded);
        return told;
    }

    boolean hasEnded() {
        return told.stream().anyMatch(it -> it.startsWith("<") || Character.isUpperCase(it.charAt(0)));
    }
}
