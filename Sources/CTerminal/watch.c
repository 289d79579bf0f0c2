#define _GNU_SOURCE
#include "cterminal.h"
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <termios.h>
#include <unistd.h>

// A terminal that nobody reads holds the thread that draws inside `write`, where it can't see that it shall end.
// A thread of its own sleeps until the process was asked to end, and then throws away what the terminal doesn't take.

enum { KICK = SIGURG, PAUSE = 500 };

static atomic_int asked = -1;
static int terminal;
static pthread_t owner;

static void kicked(int number) { (void)number; }

static void *watch(void *argument) {
    (void)argument;
    uint64_t count;
    while (read(atomic_load(&asked), &count, sizeof count) < 0 && errno == EINTR) { }
    for (;;) {
        struct pollfd ready = {.fd = terminal, .events = POLLOUT};
        poll(0, 0, PAUSE);
        if (poll(&ready, 1, 0) > 0) continue;
        tcflush(terminal, TCOFLUSH);
        // The writer sleeps until it is told that there is room; a signal makes it look.
        pthread_kill(owner, KICK);
    }
    return 0;
}

bool cterminal_watch(int tty) {
    terminal = tty;
    owner = pthread_self();
    if (atomic_load(&asked) >= 0) return true;
    struct sigaction action = {.sa_handler = kicked}, found;
    // Without SA_RESTART, so that `write` comes back.
    if (sigaction(KICK, 0, &found) != 0 || found.sa_handler != SIG_DFL) return false;
    sigaction(KICK, &action, 0);
    int descriptor = eventfd(0, EFD_CLOEXEC);
    if (descriptor < 0) return false;
    atomic_store(&asked, descriptor);
    sigset_t all, mask, kick;
    // Threads of a pool block all signals, this one may be one of them.
    sigemptyset(&kick);
    sigaddset(&kick, KICK);
    pthread_sigmask(SIG_UNBLOCK, &kick, 0);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &mask);
    pthread_t thread;
    bool started = pthread_create(&thread, 0, watch, 0) == 0;
    if (started) pthread_detach(thread);
    pthread_sigmask(SIG_SETMASK, &mask, 0);
    return started;
}

void cterminal_watch_end(void) { cterminal_wakeup_signal(atomic_load(&asked)); }
