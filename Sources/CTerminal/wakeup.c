#define _GNU_SOURCE
#include "cterminal.h"
#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

int cterminal_wakeup_open(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

void cterminal_wakeup_signal(int wakeup) {
    int saved = errno;
    uint64_t one = 1;
    // A full counter still wakes, so the result means nothing.
    if (wakeup >= 0 && write(wakeup, &one, sizeof one) < 0) { }
    errno = saved;
}

void cterminal_wakeup_drain(int wakeup) {
    uint64_t count;
    if (read(wakeup, &count, sizeof count) < 0) { }
}

int cterminal_wait(int tty, int wakeup, int milliseconds) {
    struct pollfd watched[2] = {{.fd = tty, .events = POLLIN}, {.fd = wakeup, .events = POLLIN}};
    int ready = poll(watched, 2, milliseconds);
    if (ready <= 0) return 0;
    int result = 0;
    if (watched[0].revents & POLLIN) result |= CTERMINAL_INPUT;
    if (watched[0].revents & (POLLHUP | POLLERR | POLLNVAL)) result |= CTERMINAL_HANGUP;
    if (watched[1].revents & POLLIN) result |= CTERMINAL_WOKEN;
    return result;
}
