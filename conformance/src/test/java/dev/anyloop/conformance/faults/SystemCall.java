package dev.anyloop.conformance.faults;

import static dev.anyloop.conformance.faults.Errno.EACCES;
import static dev.anyloop.conformance.faults.Errno.EADDRINUSE;
import static dev.anyloop.conformance.faults.Errno.EADDRNOTAVAIL;
import static dev.anyloop.conformance.faults.Errno.EAGAIN;
import static dev.anyloop.conformance.faults.Errno.ECONNABORTED;
import static dev.anyloop.conformance.faults.Errno.ECONNREFUSED;
import static dev.anyloop.conformance.faults.Errno.ECONNRESET;
import static dev.anyloop.conformance.faults.Errno.EINTR;
import static dev.anyloop.conformance.faults.Errno.EIO;
import static dev.anyloop.conformance.faults.Errno.EMFILE;
import static dev.anyloop.conformance.faults.Errno.ENETUNREACH;
import static dev.anyloop.conformance.faults.Errno.ENFILE;
import static dev.anyloop.conformance.faults.Errno.ENOBUFS;
import static dev.anyloop.conformance.faults.Errno.ENOMEM;
import static dev.anyloop.conformance.faults.Errno.ENOSPC;
import static dev.anyloop.conformance.faults.Errno.ENOTCONN;
import static dev.anyloop.conformance.faults.Errno.EPIPE;
import static dev.anyloop.conformance.faults.Errno.ETIMEDOUT;

import java.util.Arrays;
import java.util.List;

/** What engines ask of the system, by the numbers of x86-64, and how that may fail. */
enum SystemCall {
    READ(0, EINTR, EAGAIN, ECONNRESET, ETIMEDOUT, ENOMEM),
    WRITE(1, EINTR, EAGAIN, ECONNRESET, EPIPE, ENOBUFS),
    CLOSE(3, EIO, EINTR),
    FCNTL(72, ENOMEM),
    SOCKET(41, EMFILE, ENFILE, ENOBUFS, EACCES),
    CONNECT(42, ECONNREFUSED, ENETUNREACH, EADDRNOTAVAIL, EACCES),
    ACCEPT(43, EAGAIN, EINTR, ECONNABORTED, EMFILE, ENOBUFS),
    SENDTO(44, EINTR, EAGAIN, ECONNRESET, EPIPE, ENOBUFS),
    RECVFROM(45, EINTR, EAGAIN, ECONNRESET, ETIMEDOUT, ENOMEM),
    SENDMSG(46, EINTR, EAGAIN, ECONNRESET, EPIPE, ENOBUFS),
    BIND(49, EADDRINUSE, EACCES),
    LISTEN(50, EADDRINUSE),
    SETSOCKOPT(54, ENOBUFS, ENOMEM),
    EPOLL_WAIT(232, EINTR),
    EPOLL_CTL(233, ENOMEM, ENOSPC),
    EPOLL_PWAIT(281, EINTR),
    ACCEPT4(288, EAGAIN, EINTR, ECONNABORTED, EMFILE, ENOBUFS),
    EVENTFD2(290, EMFILE, ENOMEM),
    EPOLL_CREATE1(291, EMFILE, ENOMEM),
    IO_URING_SETUP(425, EMFILE, ENOMEM),
    IO_URING_ENTER(426, EINTR);

    private static final int F_SETFL = 4;
    private static final int EPOLL_CTL_ADD = 1;

    final int number;
    final List<Errno> errors;

    SystemCall(int number, Errno... errors) {
        this.number = number;
        this.errors = List.of(errors);
    }

    static SystemCall of(int number) {
        return Arrays.stream(values()).filter(call -> call.number == number).findFirst().orElseThrow();
    }

    /** Of some there are commands that do not fail. */
    boolean mayFail(long command) {
        return switch (this) {
            case FCNTL -> command == F_SETFL;
            case EPOLL_CTL -> command == EPOLL_CTL_ADD;
            default -> true;
        };
    }

    /** Whether it moves bytes, and so may move some of them only. */
    boolean isTransfer() {
        return isRead() || this == WRITE || this == SENDTO;
    }

    boolean isRead() {
        return this == READ || this == RECVFROM;
    }

    boolean isAccept() {
        return this == ACCEPT || this == ACCEPT4;
    }

    /** Whether it prepares a connection that nobody knows yet, so that its failure may go unheard. */
    boolean isPreparation() {
        return this == FCNTL || this == SETSOCKOPT;
    }

    /** Whether what it is asked to do is done although it fails. */
    boolean isDoneAnyway() {
        return this == CLOSE;
    }
}
