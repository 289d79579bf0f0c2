#define _GNU_SOURCE
#include "cterminal.h"
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

bool cterminal_size(int tty, int *rows, int *columns) {
    struct winsize size;
    if (ioctl(tty, TIOCGWINSZ, &size) != 0) return false;
    *rows = size.ws_row;
    *columns = size.ws_col;
    return true;
}

bool cterminal_write(int tty, const void *bytes, size_t count) {
    const char *position = bytes;
    while (count > 0) {
        ssize_t written = write(tty, position, count);
        if (written >= 0) {
            position += written;
            count -= (size_t)written;
        } else if (errno == EAGAIN) {
            struct pollfd ready = {.fd = tty, .events = POLLOUT};
            if (poll(&ready, 1, 1000) <= 0) return false;
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

int cterminal_waiting(int tty) {
    int count = 0;
    return ioctl(tty, FIONREAD, &count) == 0 ? count : 0;
}

long cterminal_read(int tty, void *bytes, size_t count, int milliseconds) {
    struct pollfd ready = {.fd = tty, .events = POLLIN};
    if (poll(&ready, 1, milliseconds) <= 0 || !(ready.revents & POLLIN)) return 0;
    ssize_t taken = read(tty, bytes, count);
    return taken > 0 ? taken : 0;
}

void cterminal_stop(void) {
    struct sigaction standard = {.sa_handler = SIG_DFL}, ignored = {.sa_handler = SIG_IGN}, before;
    sigset_t stop, mask;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    // The whole group, so that a program which started this one stops as well instead of waiting for it.
    sigaction(SIGTSTP, &ignored, &before);
    kill(0, SIGTSTP);
    // Then ourselves, by this thread: a signal to the process might meet another thread, and we'd go on meanwhile.
    // In an orphaned group (no shell to continue it) the kernel ignores this, and we just go on.
    sigaction(SIGTSTP, &standard, 0);
    pthread_sigmask(SIG_UNBLOCK, &stop, &mask);
    pthread_kill(pthread_self(), SIGTSTP);
    pthread_sigmask(SIG_SETMASK, &mask, 0);
    sigaction(SIGTSTP, &before, 0);
}

bool cterminal_foreground(int tty) {
    struct sigaction standard = {.sa_handler = SIG_DFL}, before;
    sigset_t output, mask;
    pid_t front = -1;
    sigemptyset(&output);
    sigaddset(&output, SIGTTOU);
    sigaction(SIGTTOU, &standard, &before);
    pthread_sigmask(SIG_UNBLOCK, &output, &mask);
    // Each stop lasts until `fg`, `bg` or a signal that ends; in an orphaned group the kernel ignores them.
    for (int tries = 0; tries < 100; tries++) {
        front = tcgetpgrp(tty);
        if (front < 0 || front == getpgrp() || cterminal_signals_ends()) break;
        kill(0, SIGTTOU);
        pthread_kill(pthread_self(), SIGTTOU);
    }
    pthread_sigmask(SIG_SETMASK, &mask, 0);
    sigaction(SIGTTOU, &before, 0);
    return front == getpgrp();
}
