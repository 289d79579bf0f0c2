#define _GNU_SOURCE
#include "cterminal.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

// Everything a handler touches is prepared before it can run: it only writes bytes and sets the line.

/// Faults: the runtime may have a handler that prints a backtrace, which gets its turn after ours.
static const int faults[] = {SIGSEGV, SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGABRT, SIGQUIT};
/// What else ends a process that has no handler for it; the real-time signals are added to these.
static const int endings[] = {SIGUSR1, SIGUSR2, SIGALRM,   SIGVTALRM, SIGPROF, SIGXCPU,
                              SIGXFSZ, SIGSYS,  SIGSTKFLT, SIGPWR,    SIGIO};
enum { FAULTS = sizeof faults / sizeof faults[0], ENDINGS = sizeof endings / sizeof endings[0] };

static struct sigaction before[FAULTS];
/// The signals of the second kind that are ours; one that somebody else handles or ignores is left alone.
static sigset_t taken;
static struct termios line;
static int terminal = -1;
static bool remembered;
static volatile sig_atomic_t armed;
static char undo[CTERMINAL_RESTORE_LIMIT];
static volatile size_t undo_count;

static void write_undo(void) {
    struct pollfd ready = {.fd = terminal, .events = POLLOUT};
    // A terminal that nobody reads would keep us here for ever: what waits for it goes.
    if (poll(&ready, 1, 200) <= 0) tcflush(terminal, TCOFLUSH);
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

void cterminal_restore_from_background(void) {
    sigset_t output;
    sigemptyset(&output);
    sigaddset(&output, SIGTTOU);
    pthread_sigmask(SIG_BLOCK, &output, 0);
}

static void restore_terminal(void) {
    if (!armed) return;
    armed = 0;
    // While an editor has the terminal, the kernel would stop us at this instead.
    cterminal_restore_from_background();
    write_undo();
    if (remembered) tcsetattr(terminal, TCSANOW, &line);
}

/// Ends the process by a signal as if nobody had ever handled it.
static void end_by(int number) {
    struct sigaction standard = {.sa_handler = SIG_DFL};
    sigset_t own;
    sigaction(number, &standard, 0);
    sigemptyset(&own);
    sigaddset(&own, number);
    pthread_sigmask(SIG_UNBLOCK, &own, 0);
    raise(number);
}

static void ended(int number) {
    restore_terminal();
    end_by(number);
}

static void crashed(int number, siginfo_t *info, void *context) {
    (void)context;
    restore_terminal();
    bool is_fault = info->si_code > 0 && number != SIGQUIT && number != SIGABRT;
    bool is_own = is_fault || (info->si_code == SI_TKILL && info->si_pid == getpid());
    // There is nothing to trace in what somebody else wanted.
    if (!is_own) {
        end_by(number);
        return;
    }
    // The backtrace is printed, but nobody is asked what to do with it: the question would hold the process.
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (nothing >= 0) dup2(nothing, STDIN_FILENO);
    for (int i = 0; i < FAULTS; i++)
        if (faults[i] == number) sigaction(number, &before[i], 0);
    // A fault happens again on return and then meets the handler before ours; a signal that was sent does not.
    if (is_fault) return;
    raise(number);
    end_by(number);
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

static void take_ending(int number) {
    struct sigaction action = {.sa_handler = ended, .sa_flags = SA_ONSTACK}, found;
    if (sigaction(number, 0, &found) != 0 || (found.sa_flags & SA_SIGINFO) || found.sa_handler != SIG_DFL) return;
    sigemptyset(&action.sa_mask);
    if (sigaction(number, &action, 0) == 0) sigaddset(&taken, number);
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
        for (int i = 0; i < FAULTS; i++) sigaction(faults[i], &action, &before[i]);
        sigemptyset(&taken);
        for (int i = 0; i < ENDINGS; i++) take_ending(endings[i]);
        for (int number = SIGRTMIN; number <= SIGRTMAX; number++) take_ending(number);
    }
    armed = 1;
    return true;
}

void cterminal_restore_disarm(void) {
    if (!armed) return;
    armed = 0;
    for (int i = 0; i < FAULTS; i++) sigaction(faults[i], &before[i], 0);
    struct sigaction standard = {.sa_handler = SIG_DFL};
    for (int number = 1; number <= SIGRTMAX; number++)
        if (sigismember(&taken, number) == 1) sigaction(number, &standard, 0);
}

void cterminal_restore_line(void) {
    if (!remembered) return;
    for (int tries = 0; tries < 3; tries++)
        if (tcsetattr(terminal, TCSADRAIN, &line) == 0 || errno != EINTR) return;
    tcsetattr(terminal, TCSANOW, &line);
}
