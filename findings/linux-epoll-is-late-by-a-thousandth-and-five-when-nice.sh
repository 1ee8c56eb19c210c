#!/bin/sh
# epoll_wait(), poll() and select() may come back later than they were told by a thousandth of the timeout, and by five thousandths in a
# process with a nice value above 0: a wait of half a second by 0.5 ms, or 2.5 ms, one of 100 seconds by 100 ms (if nice, 20 seconds do).
#
# It is slack that the kernel gives these timers so as to wake up less often, and what it is given it takes, unless another interrupt comes
# by. prctl(2) says that the slack is PR_SET_TIMERSLACK's, 50 us if not set, and names select, poll and epoll_wait among those that it
# governs; but a slack of 1 ns changes nothing here, since the larger of the two counts. epoll_wait(2) only knows of "system clock
# granularity" and scheduling delays. A nanosleep() of that length has the slack that was set, and a timerfd that the same epoll_wait() waits for
# has none. So a loop that takes its next deadline as the timeout of epoll keeps a far deadline worse than a near one, and "nice" costs more
# than CPU time. Where a processor was free, waits of 500 ms were mostly 0.5 ms late, 2.5 ms if nice, and 0.03 ms by timerfd.
#
# Seen on Linux 6.18. Source: __estimate_accuracy() and select_estimate_accuracy() in fs/select.c, asked by ep_poll() in fs/eventpoll.c.
# What is read here is the kernel's own list of timers, which tells the earliest and the latest time of each, so that it does not
# matter how busy the machine is. Needs root for that, gcc and the headers of libc (Debian: gcc libc6-dev).
#
# Output seen, all with a slack of 1 ns, all for 12345 ms:
#   timeout of epoll, nice 0: up to 12344999 ns late
#   timeout of epoll, nice 5: up to 61724997 ns late
#   nanosleep, nice 5: up to 1 ns late
#   timerfd in epoll, nice 5: up to 0 ns late
set -e
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/slack.c" <<'C'
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
enum { MILLIS = 12345 };
enum how { EPOLL, NANOSLEEP, TIMERFD };
static const struct timespec LONG = {MILLIS / 1000, MILLIS % 1000 * 1000000L};

static long long nanos(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void sleep_by(enum how how, int nice) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) || prctl(PR_SET_TIMERSLACK, 1) || setpriority(PRIO_PROCESS, 0, nice)) {
        _exit(2);
    }
    int epoll = epoll_create1(0), timer = timerfd_create(CLOCK_MONOTONIC, 0);
    struct epoll_event event = {.events = EPOLLIN};
    struct itimerspec when = {.it_value = LONG};
    if (how == EPOLL) {
        epoll_wait(epoll, &event, 1, MILLIS);
    } else if (how == NANOSLEEP) {
        nanosleep(&LONG, NULL);
    } else {
        epoll_ctl(epoll, EPOLL_CTL_ADD, timer, &event);
        timerfd_settime(timer, 0, &when, NULL);
        epoll_wait(epoll, &event, 1, -1);
    }
    _exit(0);
}

/* The slack, between the two, of a timer that was set since then for so long; -1 if there is none. */
static long long find(enum how how, long long since, long long least, long long most) {
    FILE *list = fopen("/proc/timer_list", "r");
    if (!list) {
        perror("/proc/timer_list");
        exit(2);
    }
    char line[256];
    long long from, to, found = -1, length = MILLIS * 1000000LL;
    const char *function = how == TIMERFD ? "timerfd_tmrproc" : "hrtimer_wakeup";
    int right = 0;
    while (fgets(line, sizeof line, list)) {
        if (sscanf(line, " # expires at %lld-%lld nsecs", &from, &to) != 2) {
            right = strstr(line, function) != NULL;
        } else if (right && from >= since + length && from <= nanos() + length && to - from >= least && to - from <= most) {
            found = to - from;
        }
    }
    fclose(list);
    return found;
}

/* Whether one who sleeps so has a timer with a slack between the two. */
static int shows(const char *what, enum how how, int nice, long long least, long long most) {
    long long since = nanos(), slack = -1;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        sleep_by(how, nice);
    }
    while (slack < 0 && nanos() < since + 10000000000LL) {
        usleep(20000);
        slack = find(how, since, least, most);
    }
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    if (slack < 0) {
        printf("%s, nice %d: not between %lld and %lld ns\n", what, nice, least, most);
    } else {
        printf("%s, nice %d: up to %lld ns late\n", what, nice, slack);
    }
    return slack >= 0;
}

int main(void) {
    long long thousandth = MILLIS * 1000LL;
    return !(shows("timeout of epoll", EPOLL, 0, thousandth * 9 / 10, thousandth)
            & shows("timeout of epoll", EPOLL, 5, thousandth * 9 / 2, thousandth * 5)
            & shows("nanosleep", NANOSLEEP, 5, 1, 1)
            & shows("timerfd in epoll", TIMERFD, 5, 0, 0));
}
C
gcc -O1 -Wall -o "$dir/slack" "$dir/slack.c"
"$dir/slack"
