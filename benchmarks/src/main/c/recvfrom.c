/*
 * Echoes datagrams, by epoll: one recvfrom and one sendto for each until there are no more, or with -DBATCH up to 64 of them in one
 * recvmmsg and one sendmmsg.
 */
#define _GNU_SOURCE
#include "server.h"
#include <errno.h>
#include <sys/epoll.h>

enum { MOST = 64 };

static int fd;

#ifdef BATCH

static char data[MOST][BUFFER_BYTES];
static struct sockaddr_in peers[MOST];
static struct iovec vectors[MOST];
static struct mmsghdr messages[MOST];

static void readable(void) {
    for (int i = 0; i < MOST; i++) {
        vectors[i] = (struct iovec){.iov_base = data[i], .iov_len = BUFFER_BYTES};
        messages[i].msg_hdr = (struct msghdr){
            .msg_name = &peers[i], .msg_namelen = sizeof peers[i], .msg_iov = &vectors[i], .msg_iovlen = 1};
    }
    int n = recvmmsg(fd, messages, MOST, 0, NULL);
    for (int i = 0; i < n; i++) vectors[i].iov_len = messages[i].msg_len;
    if (n > 0) sendmmsg(fd, messages, (unsigned)n, 0);
}

#else

static char data[BUFFER_BYTES];

static void readable(void) {
    for (int i = 0; i < MOST; i++) {
        struct sockaddr_in peer;
        socklen_t size = sizeof peer;
        ssize_t n = recvfrom(fd, data, sizeof data, 0, (struct sockaddr *)&peer, &size);
        if (n < 0) return;
        sendto(fd, data, (size_t)n, 0, (struct sockaddr *)&peer, size);
    }
}

#endif

int main(void) {
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a bench that is killed leaves no server behind */
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    if (bind(fd, (struct sockaddr *)&at, size) < 0 || getsockname(fd, (struct sockaddr *)&at, &size) < 0) {
        perror("bind");
        return 1;
    }
    printf("port %d\n", ntohs(at.sin_port));
    fflush(stdout);
    int epoll = epoll_create1(0);
    struct epoll_event e = {.events = EPOLLIN};
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e);
    for (;;) {
        if (epoll_wait(epoll, &e, 1, -1) > 0) readable();
    }
}
