/* What the programs that make load share. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#ifdef TLS
#include "tls.h"
#endif

#define SHARED static __attribute__((unused))

enum { SLOTS = 1 << 16 };

/* A request and its answer: PING, or with -DHTTP what a browser asks. In the answer an asterisk stands for any byte. */
#ifdef HTTP
SHARED const char REQUEST[] =
    "GET /plaintext HTTP/1.1\r\n"
    "Host: 127.0.0.1:8080\r\n"
    "Connection: keep-alive\r\n"
    "Cache-Control: max-age=0\r\n"
    "Upgrade-Insecure-Requests: 1\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\n"
    "Referer: http://127.0.0.1:8080/\r\n"
    "Accept-Encoding: gzip, deflate, br\r\n"
    "Accept-Language: en-GB,en;q=0.9,de;q=0.7\r\n"
    "Cookie: session=1f8a3c5e7b9d2046; theme=light\r\n"
    "\r\n";
/* Fields come in any order, and their names in any case; but there are these four, so it is as long as this. */
SHARED const char REPLY[] =
    "HTTP/1.1 200 OK\r\n"
    "**************************"            /* Content-Type: text/plain */
    "***************"                       /* Server: bench */
    "*************************************" /* Date: Thu, 01 Jan 1970 00:00:00 GMT */
    "******************\r\n"                /* Content-Length: 13 */
    "\r\n"
    "Hello, World!";
#else
SHARED const char REQUEST[] = "*1\r\n$4\r\nPING\r\n";
SHARED const char REPLY[] = "+PONG\r\n";
#endif
enum { REQUEST_BYTES = sizeof REQUEST - 1, REPLY_BYTES = sizeof REPLY - 1 };

SHARED int is_right(const char *got, const char *expected, size_t length) {
#ifdef HTTP
    for (size_t i = 0; i < length; i++) {
        if (got[i] != expected[i] && expected[i] != '*') return 0;
    }
    return 1;
#else
    return !memcmp(got, expected, length);
#endif
}

SHARED uint32_t slots[SLOTS]; /* latencies: 1 us a slot, up to 65 ms */

SHARED void fail(const char *what) {
    perror(what);
    exit(1);
}

SHARED uint64_t nanos(clockid_t clock) {
    struct timespec t;
    if (clock_gettime(clock, &t) < 0) fail("clock_gettime");
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

SHARED uint64_t now(void) {
    return nanos(CLOCK_MONOTONIC);
}

SHARED void raise_file_limit(void) {
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
}

/* A socket bound to the index'th of some loopback addresses, so that ports in TIME_WAIT do not run out. */
SHARED int open_socket(unsigned index) {
    int on = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0) fail("socket");
    struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK + index % 200)};
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&from, sizeof from) < 0) fail("bind");
    return fd;
}

SHARED void connect_to(int fd, int port) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0 && errno != EINPROGRESS) fail("connect");
}

SHARED int open_socket_for_path(void) {
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0) fail("socket");
    return fd;
}

SHARED void connect_to_path(int fd, const char *path) {
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    strncpy(to.sun_path, path, sizeof to.sun_path - 1);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0) fail("connect");
}

/*
 * One connection's bytes: as they are, or with -DTLS in TLS, and with -DRESUME too in sessions that are resumed. They are
 * sent and received as by send and recv, and what of a handshake is not done is done first.
 */
struct wire {
    int fd;
#ifdef TLS
    SSL *tls;
    int resumes;
#endif
};

#ifdef TLS

static SSL_CTX *context;
static SSL_SESSION *session; /* the latest */

static int keep_session(SSL *tls, SSL_SESSION *fresh) {
    (void)tls;
    SSL_SESSION_free(session);
    session = fresh;
    return 1;
}

static SSL_CTX *context_of_client(void) {
    SSL_CTX *made = tls_context(TLS_client_method());
#ifdef RESUME
    SSL_CTX_set_session_cache_mode(made, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(made, keep_session);
#else
    (void)keep_session;
#endif
    signal(SIGPIPE, SIG_IGN);
    return made;
}

/* On a socket before it is connected. */
SHARED struct wire open_wire(int fd) {
    if (!context) context = context_of_client();
    struct wire w = {.fd = fd, .tls = SSL_new(context), .resumes = session != NULL};
    SSL_set_fd(w.tls, w.fd);
    SSL_set_connect_state(w.tls);
    if (w.resumes && SSL_set_session(w.tls, session) != 1) fail("SSL_set_session");
    return w;
}

/* Of a connection that may block. */
SHARED void shake_hands(const struct wire *w) {
    if (SSL_do_handshake(w->tls) != 1) {
        fprintf(stderr, "no handshake\n");
        exit(1);
    }
}

SHARED ssize_t wire_recv(const struct wire *w, char *to, size_t length) {
    return tls_recv(w->tls, to, length);
}

SHARED ssize_t wire_send(const struct wire *w, const char *from, size_t length) {
    return tls_send(w->tls, from, length);
}

SHARED void close_wire(const struct wire *w) {
    if (w->resumes && !SSL_session_reused(w->tls)) {
        fprintf(stderr, "a session was not resumed\n");
        exit(1);
    }
    SSL_shutdown(w->tls);
    SSL_free(w->tls);
    close(w->fd);
}

#else

SHARED struct wire open_wire(int fd) {
    return (struct wire){.fd = fd};
}

SHARED void shake_hands(const struct wire *w) {
    (void)w;
}

SHARED ssize_t wire_recv(const struct wire *w, char *to, size_t length) {
    return recv(w->fd, to, length, 0);
}

SHARED ssize_t wire_send(const struct wire *w, const char *from, size_t length) {
    return send(w->fd, from, length, MSG_NOSIGNAL);
}

SHARED void close_wire(const struct wire *w) {
    close(w->fd);
}

#endif

SHARED void record_latency(uint64_t begun) {
    uint64_t micros = (now() - begun) / 1000;
    slots[micros < SLOTS ? micros : SLOTS - 1]++;
}

/* The latency below which this share of the count lies. */
SHARED int percentile(double share, uint64_t count) {
    uint64_t wanted = (uint64_t)(share * (double)count), seen = 0;
    int slot = 0;
    while (slot < SLOTS - 1 && (seen += slots[slot]) <= wanted) slot++;
    return slot;
}

/*
 * A measurement: first the load settles, then it counts; both last as long as the server needs for so much CPU time, so
 * that on a busy machine less happens in a second but no less in a measurement. A minute is the most it takes.
 */
struct meter {
    clockid_t server;
    uint64_t settle, measure; /* nanoseconds of the server's CPU time */
    uint64_t begun, wall, server_from, client_from, requests_before;
    int counting, looks;
};

enum { LOOK_EVERY = 16, MOST_SECONDS = 60 };

SHARED struct meter meter_of(const char *pid, const char *settle_millis, const char *measure_millis) {
    struct meter m = {.settle = strtoull(settle_millis, 0, 10) * 1000000u,
                      .measure = strtoull(measure_millis, 0, 10) * 1000000u};
    if (clock_getcpuclockid(atoi(pid), &m.server) != 0) fail("clock_getcpuclockid");
    m.begun = m.wall = now();
    m.server_from = nanos(m.server);
    return m;
}

/* False when it is over. Called with what was done so far. */
SHARED int look(struct meter *m, uint64_t requests) {
    uint64_t spent = nanos(m->server) - m->server_from, t = now();
    if (t - m->begun > MOST_SECONDS * 1000000000ull) return 0;
    if (m->counting) return spent < m->measure;
    if (spent >= m->settle) {
        m->counting = 1;
        m->wall = t;
        m->server_from = nanos(m->server);
        m->client_from = nanos(CLOCK_PROCESS_CPUTIME_ID);
        m->requests_before = requests;
        memset(slots, 0, sizeof slots);
    }
    return 1;
}

/* The same, called between two waits: most of them are too short to look at the clocks after each. */
SHARED int goes_on(struct meter *m, uint64_t requests) {
    return ++m->looks % LOOK_EVERY ? 1 : look(m, requests);
}

/* What was measured, as one line of JSON; "all" counts the requests of the settling too. */
SHARED void report(const struct meter *m, uint64_t requests, int pipeline) {
    double server = (double)(nanos(m->server) - m->server_from);
    double client = (double)(nanos(CLOCK_PROCESS_CPUTIME_ID) - m->client_from), wall = (double)(now() - m->wall);
    uint64_t counted = requests - m->requests_before, batches = counted / (uint64_t)pipeline;
    if (!m->counting || !counted) {
        fprintf(stderr, "nothing was measured\n");
        exit(1);
    }
    printf("{\"requests\": %llu, \"all\": %llu, \"rate\": %.0f, \"cpu\": %.4f, \"load\": %.3f, \"client\": %.3f, "
           "\"p50\": %d, \"p99\": %d}\n",
           (unsigned long long)counted, (unsigned long long)requests, (double)counted * 1e9 / wall,
           server / 1e3 / (double)counted, server / wall, client / wall, percentile(0.50, batches),
           percentile(0.99, batches));
}
