package dev.anyloop.http;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** An nginx of the system in processes of its own, on free ports of the loopback interface and on a path. Closing it ends it. */
final class RealNginx implements AutoCloseable {

    private static final int TRIES = 20; // another process may take a port that was free
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Path directory;
    private final int port;
    private final int securePort;
    private final Process process;

    private RealNginx(Path directory, int port, int securePort, Process process) {
        this.directory = directory;
        this.port = port;
        this.securePort = securePort;
        this.process = process;
    }

    /** Skips the test where there is none. */
    static RealNginx start(Path directory) throws Exception {
        assumeTrue(isThere("nginx"), "there is no nginx on the PATH or in /usr/sbin: apt-get install nginx-light");
        assumeTrue(isThere("openssl"), "there is no openssl on the PATH to make a certificate: apt-get install openssl");
        run(directory, "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=made for a test", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", "key.pem", "-out", "cert.pem");
        Files.createDirectories(directory.resolve("pages/dav"));
        for (Path path : List.of(directory, directory.resolve("pages"), directory.resolve("pages/dav"))) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx")); // its workers are of another user
        }
        for (int i = 0; i < TRIES; i++) {
            int port = freePort();
            int securePort = freePort();
            Files.writeString(directory.resolve("nginx.conf"), configuration(directory, port, securePort));
            Files.deleteIfExists(directory.resolve("pid"));
            Files.deleteIfExists(directory.resolve("socket")); // of one that found a port taken
            Process process = new ProcessBuilder(binary("nginx"), "-p", directory.toString(), "-e", directory.resolve("error.log").toString(),
                    "-c", directory.resolve("nginx.conf").toString()).redirectErrorStream(true)
                    .redirectOutput(directory.resolve("output.log").toFile()).start();
            if (listens(process, directory.resolve("pid"))) {
                return new RealNginx(directory, port, securePort, process);
            }
        }
        return fail("nginx does not start: " + Files.readString(directory.resolve("output.log")));
    }

    private static String configuration(Path directory, int port, int securePort) {
        return """
                daemon off;
                worker_processes 1;
                pid DIR/pid;
                events {}
                http {
                    access_log off;
                    client_max_body_size 0;
                    client_body_temp_path DIR/temp1;
                    proxy_temp_path DIR/temp2;
                    fastcgi_temp_path DIR/temp3;
                    uwsgi_temp_path DIR/temp4;
                    scgi_temp_path DIR/temp5;
                    keepalive_requests 10;
                    server {
                        listen 127.0.0.1:PORT;
                        listen 127.0.0.1:SECURE ssl;
                        listen unix:DIR/socket;
                        ssl_certificate DIR/cert.pem;
                        ssl_certificate_key DIR/key.pem;
                        root DIR/pages;
                        location /hello { return 200 "$http_host $server_protocol $connection_requests"; }
                        location /there { return 302 /hello; }
                        location /old { return 301 http://localhost:PORT/hello; }
                        location /gone { return 444; }
                        location /dav { dav_methods PUT DELETE; }
                        location /proxy/ {
                            proxy_http_version 1.1;
                            proxy_set_header Connection "";
                            proxy_request_buffering off;
                            proxy_buffering off;
                            proxy_pass http://unix:DIR/socket:/;
                        }
                    }
                }
                """.replace("DIR", directory.toString()).replace("PORT", String.valueOf(port)).replace("SECURE", String.valueOf(securePort));
    }

    private static boolean isThere(String program) {
        return binary(program) != null;
    }

    private static String binary(String program) {
        return Stream.concat(Stream.of(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin"))
                .map(directory -> Path.of(directory, program)).filter(Files::isExecutable).map(Path::toString).findFirst().orElse(null);
    }

    private static void run(Path directory, String... command) throws Exception {
        Process process = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true)
                .redirectOutput(directory.resolve("output.log").toFile()).start();
        assertTrue(process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0, () -> String.join(" ", command));
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return free.getLocalPort();
        }
    }

    /**
     * True when it says so, false when it has ended. That somebody answers says nothing: if a port is taken, nginx tries for seconds to
     * have it, listens on the others meanwhile, and ends.
     */
    private static boolean listens(Process process, Path pid) throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (process.isAlive() && System.nanoTime() - start < PATIENCE_NANOS) {
            if (Files.exists(pid) && Files.size(pid) > 0) { // written when all is bound
                return true;
            }
            process.waitFor(5, TimeUnit.MILLISECONDS);
        }
        return false;
    }

    String origin() {
        return "http://127.0.0.1:" + port;
    }

    String secureOrigin() {
        return "https://localhost:" + securePort;
    }

    UnixDomainSocketAddress path() {
        return UnixDomainSocketAddress.of(directory.resolve("socket"));
    }

    Path certificate() {
        return directory.resolve("cert.pem");
    }

    Path pages() {
        return directory.resolve("pages");
    }

    @Override
    public void close() {
        process.destroy(); // TERM: its workers end, too
        process.onExit().orTimeout(30, TimeUnit.SECONDS).join();
    }
}
