#define _GNU_SOURCE
#include "cterminal.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

// Everything a handler touches is prepared before it can run: it only writes bytes and sets the line.

static const int fatal[] = {SIGSEGV, SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGABRT};
enum { FATAL = sizeof fatal / sizeof fatal[0] };

static struct sigaction before[FATAL];
static struct termios line;
static int terminal = -1;
static bool remembered;
static volatile sig_atomic_t armed;
static char undo[CTERMINAL_RESTORE_LIMIT];
static volatile size_t undo_count;

static void write_undo(void) {
    const char *position = undo;
    size_t left = undo_count;
    while (left > 0) {
        ssize_t written = write(terminal, position, left);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;
        position += written;
        left -= (size_t)written;
    }
}

static void crashed(int number, siginfo_t *info, void *context) {
    (void)context;
    if (armed) {
        armed = 0;
        write_undo();
        if (remembered) tcsetattr(terminal, TCSANOW, &line);
    }
    for (int i = 0; i < FATAL; i++)
        if (fatal[i] == number) sigaction(number, &before[i], 0);
    // A fault happens again on return and then meets the handler before ours; a signal that was sent does not.
    if (info->si_code <= 0) raise(number);
}

static void prepare_stack(void) {
    static char *stack;
    stack_t current;
    // The Swift runtime may have given this thread a stack for its own handlers; ours can use it too.
    if (stack || (sigaltstack(0, &current) == 0 && !(current.ss_flags & SS_DISABLE))) return;
    size_t size = 64 * 1024;
    stack = malloc(size);
    if (!stack) return;
    stack_t own = {.ss_sp = stack, .ss_size = size};
    sigaltstack(&own, 0);
}

bool cterminal_restore_remember(int tty) {
    terminal = tty;
    remembered = tcgetattr(tty, &line) == 0;
    return remembered;
}

bool cterminal_restore_arm(const void *bytes, size_t count) {
    if (count > sizeof undo) return false;
    bool again = armed;
    armed = 0;
    memcpy(undo, bytes, count);
    undo_count = count;
    if (!again) {
        prepare_stack();
        struct sigaction action = {.sa_sigaction = crashed, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
        sigemptyset(&action.sa_mask);
        for (int i = 0; i < FATAL; i++) sigaction(fatal[i], &action, &before[i]);
    }
    armed = 1;
    return true;
}

void cterminal_restore_disarm(void) {
    if (!armed) return;
    armed = 0;
    for (int i = 0; i < FATAL; i++) sigaction(fatal[i], &before[i], 0);
}

void cterminal_restore_line(void) {
    if (remembered) tcsetattr(terminal, TCSADRAIN, &line);
}
