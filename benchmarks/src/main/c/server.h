/*
 * What the reference servers in C share: how they listen, say where, and count requests. Usage: SERVER [ping|echo] [PORT]
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { PING_BYTES = 14, PONG_BYTES = 7, BUFFER_BYTES = 65536 };

/* Every file uses some of these. */
#define SHARED static __attribute__((unused))

SHARED int echo;
SHARED char replies[BUFFER_BYTES];

/* Writes the replies that n more bytes of requests are due, and returns their length. */
SHARED size_t answer_to(size_t n, size_t *partial) {
    size_t have = *partial + n, count = have / PING_BYTES;
    *partial = have % PING_BYTES;
    for (size_t i = 0; i < count; i++) memcpy(replies + i * PONG_BYTES, "+PONG\r\n", PONG_BYTES);
    return count * PONG_BYTES;
}

SHARED int listen_and_announce(int argc, char **argv) {
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a bench that is killed leaves no server behind */
    signal(SIGPIPE, SIG_IGN);
    echo = argc > 1 && !strcmp(argv[1], "echo");
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)(argc > 2 ? atoi(argv[2]) : 0))};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int on = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    socklen_t size = sizeof at;
    if (bind(listener, (struct sockaddr *)&at, size) < 0 || listen(listener, 1024) < 0
            || getsockname(listener, (struct sockaddr *)&at, &size) < 0) {
        perror("listen");
        exit(1);
    }
    printf("port %d\n", ntohs(at.sin_port));
    fflush(stdout);
    return listener;
}

/* Listens at the path of the environment too, or else is -1. */
SHARED int listen_at_path(void) {
    const char *path = getenv("BENCH_PATH");
    if (!path) return -1;
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    strncpy(at.sun_path, path, sizeof at.sun_path - 1);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (bind(listener, (struct sockaddr *)&at, sizeof at) < 0 || listen(listener, 1024) < 0) {
        perror("listen");
        exit(1);
    }
    return listener;
}

/* The next connection, ready for use, or -1. */
SHARED int accept_from(int listener) {
    int on = 1, fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    if (fd >= 0) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}
