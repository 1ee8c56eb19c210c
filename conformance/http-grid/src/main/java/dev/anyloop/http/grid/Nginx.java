package dev.anyloop.http.grid;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The nginx of the system, if there is one, in a process of its own. It reads bodies away, so its answers tell the method alone. */
final class Nginx {

    private static final int TRIES = 100;

    private Nginx() {}

    static int start() throws Exception {
        Path directory = Files.createTempDirectory("grid");
        int port = freePort();
        Path conf = Files.writeString(directory.resolve("nginx.conf"), """
                pid %1$s/pid;
                error_log %1$s/error.log;
                daemon off;
                master_process off;
                events {}
                http {
                    access_log off;
                    client_body_temp_path %1$s/temp;
                    proxy_temp_path %1$s/temp;
                    fastcgi_temp_path %1$s/temp;
                    uwsgi_temp_path %1$s/temp;
                    scgi_temp_path %1$s/temp;
                    server { listen 127.0.0.1:%2$d; location / { return 200 "$request_method "; } }
                }
                """.formatted(directory, port));
        Process process = new ProcessBuilder("nginx", "-p", directory.toString(), "-e", directory + "/error.log", "-c", conf.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
        awaitListening(process, port);
        return port;
    }

    static String version() throws IOException {
        Process process = new ProcessBuilder(List.of("nginx", "-v")).redirectErrorStream(true).start();
        String words = new String(process.getInputStream().readAllBytes()).trim();
        return words.substring(words.lastIndexOf('/') + 1);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void awaitListening(Process process, int port) throws Exception {
        for (int i = 0; i < TRIES; i++) {
            try {
                new Socket("127.0.0.1", port).close();
                return;
            } catch (IOException e) {
                if (!process.isAlive()) {
                    break;
                }
                Thread.sleep(50);
            }
        }
        throw new IOException("nginx does not listen on port " + port);
    }
}
