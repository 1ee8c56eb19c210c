#!/bin/sh
# getpeername() does not know whom a connection was accepted from that was reset meanwhile; the option SO_PEERNAME still
# does, but answers "Invalid argument" to whoever offers more room than the address takes.
#
# The peer connects, resets, and is then accepted. getpeername() says "Transport endpoint is not connected". That is all there is
# for a multishot accept of io_uring, which brings no address, or for a server that wants to log who it was. The
# kernel still knows, and tells by getsockopt(SO_PEERNAME). But where all other options, and getpeername(), cut their answer down to
# the room there is, this one fails if there is more: a buffer of the size of sockaddr_storage never works, so that the family
# has to be known before (16 bytes for IPv4, 28 for IPv6).
#
# Seen on Linux 6.18. Source: SO_PEERNAME in sk_getsockopt(), net/core/sock.c; inet_getname() in net/ipv4/af_inet.c.
# Needs gcc and the headers of libc (Debian: gcc libc6-dev).
set -e
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/peername.c" <<'C'
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <unistd.h>

static struct sockaddr_in who;

static void tell(const char *how, int failed) {
    printf("%s: %s\n", how, failed ? strerror(errno) : who.sin_family == AF_INET ? "an address" : "nothing");
}

static int option(int fd, socklen_t room) {
    union {
        struct sockaddr_in address;
        char room[128];
    } answer;
    memset(&answer, 0, sizeof answer);
    int failed = getsockopt(fd, SOL_SOCKET, SO_PEERNAME, &answer, &room);
    who = answer.address;
    return failed;
}

int main(void) {
    struct utsname system;
    uname(&system);
    printf("%s %d.%d\n", system.sysname, atoi(system.release), atoi(strchr(system.release, '.') + 1));
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}, peers;
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0), peer = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *) &address, length) || listen(listener, 8)
            || getsockname(listener, (struct sockaddr *) &address, &length)
            || connect(peer, (struct sockaddr *) &address, length)
            || getsockname(peer, (struct sockaddr *) &peers, &length)) {
        perror("a connection");
        return 2;
    }
    struct linger reset = {1, 0};
    setsockopt(peer, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(peer);
    int accepted = accept(listener, 0, 0);
    length = sizeof who;
    int asked = getpeername(accepted, (struct sockaddr *) &who, &length);
    int why = errno;
    tell("getpeername()", asked);
    int roomy = option(accepted, 128);
    int why_not = errno;
    tell("SO_PEERNAME with room for every address (128 bytes)", roomy);
    int exact = option(accepted, sizeof who);
    tell("SO_PEERNAME with just the room that this one takes (16 bytes)", exact);
    int right = !exact && who.sin_port == peers.sin_port;
    printf("it is the peer's: %s\n", right ? "yes" : "no");
    return !(asked && why == ENOTCONN && roomy && why_not == EINVAL && right);
}
C
gcc -O1 -Wall -o "$dir/peername" "$dir/peername.c"
"$dir/peername"
