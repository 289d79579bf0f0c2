#define _GNU_SOURCE
#include "cterminal.h"
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void *reap(void *argument) {
    int status;
    while (waitpid((pid_t)(intptr_t)argument, &status, 0) < 0 && errno == EINTR) { }
    return 0;
}

/// Takes note of the child's end whenever that is, so that it leaves no zombie.
static void reap_later(pid_t child) {
    pthread_t thread;
    if (pthread_create(&thread, 0, reap, (void *)(intptr_t)child) == 0) pthread_detach(thread);
}

/// Whether the child has ended within the time.
static bool ends(pid_t child, int milliseconds) {
    int descriptor = (int)syscall(SYS_pidfd_open, child, 0);
    // An old kernel: nobody is kept waiting for what can't be seen.
    if (descriptor < 0) return false;
    struct pollfd ended = {.fd = descriptor, .events = POLLIN};
    int ready;
    while ((ready = poll(&ended, 1, milliseconds)) < 0 && errno == EINTR) { }
    close(descriptor);
    return ready > 0;
}

int cterminal_run(const char *program, const char *const *arguments, int milliseconds) {
    posix_spawn_file_actions_t files;
    if (posix_spawn_file_actions_init(&files) != 0) return -1;
    for (int descriptor = 0; descriptor < 3; descriptor++)
        posix_spawn_file_actions_addopen(&files, descriptor, "/dev/null", O_RDWR, 0);
    // A listener that a browser inherits would keep its port taken for as long as the browser's window.
    posix_spawn_file_actions_addclosefrom_np(&files, 3);
    // A browser outlives a Ctrl-C here, and must hear signals that this thread may block.
    posix_spawnattr_t attributes;
    if (posix_spawnattr_init(&attributes) != 0) {
        posix_spawn_file_actions_destroy(&files);
        return -1;
    }
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID);
    pid_t child;
    int failure = posix_spawnp(&child, program, &files, &attributes, (char *const *)arguments, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    if (failure != 0) return -1;
    if (!ends(child, milliseconds)) {
        reap_later(child);
        return CTERMINAL_RUNS;
    }
    int status;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR) return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// Makes a process group the one that has the terminal, also from the background.
static void give_terminal(int tty, pid_t group) {
    sigset_t output, before;
    sigemptyset(&output);
    sigaddset(&output, SIGTTOU);
    pthread_sigmask(SIG_BLOCK, &output, &before);
    tcsetpgrp(tty, group);
    pthread_sigmask(SIG_SETMASK, &before, 0);
}

int cterminal_run_in_front(int tty, const char *program, const char *const *arguments) {
    posix_spawn_file_actions_t files;
    if (posix_spawn_file_actions_init(&files) != 0) return -1;
    posix_spawnattr_t attributes;
    if (posix_spawnattr_init(&attributes) != 0) {
        posix_spawn_file_actions_destroy(&files);
        return -1;
    }
    // Its diagnostics are for the person, not for the file that ours go to.
    posix_spawn_file_actions_adddup2(&files, 1, 2);
    posix_spawn_file_actions_addclosefrom_np(&files, 3);
    // A group of its own, so that Ctrl-C and Ctrl-Z in it are its own.
    sigset_t none, standard;
    sigemptyset(&none);
    sigfillset(&standard);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &standard);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(
        &attributes,
        POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
    );
    posix_spawn_file_actions_addtcsetpgrp_np(&files, tty);
    pid_t child;
    int failure = posix_spawnp(&child, program, &files, &attributes, (char *const *)arguments, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    int status = -1;
    while (failure == 0) {
        if (waitpid(child, &status, WUNTRACED) < 0) {
            if (errno == EINTR) continue;
            status = -1;
            break;
        }
        if (!WIFSTOPPED(status)) break;
        give_terminal(tty, getpgrp());
        cterminal_stop();
        if (!cterminal_foreground(tty)) {
            // Asked to end while it was stopped: the terminal is the shell's, and the program hears what a shell's jobs hear
            // when that goes.
            kill(-child, SIGHUP);
            kill(-child, SIGCONT);
            reap_later(child);
            return -1;
        }
        give_terminal(tty, child);
        kill(-child, SIGCONT);
    }
    // Also where it did not start: it may have taken the terminal before that was known.
    give_terminal(tty, getpgrp());
    return failure == 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// The language of the environment, by the variables in the order in which the C library asks them.
static const char *language(void) {
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (int i = 0; i < 3; i++) {
        const char *value = getenv(names[i]);
        if (value && *value) return value;
    }
    return 0;
}

int cterminal_prepare_locale(void) {
    // Only the character set: a comma as the decimal point would reach every C library in the process.
    setlocale(LC_CTYPE, "");
    if (strcmp(nl_langinfo(CODESET), "UTF-8") == 0) return 1;
    // Without a language in the environment the terminal is UTF-8 as all are, and so is one whose UTF-8 language is
    // not installed here; a named other set, C and POSIX among them, is believed.
    const char *name = language();
    bool is_utf8 = !name || strcasestr(name, ".utf-8") || strcasestr(name, ".utf8");
    return is_utf8 && setlocale(LC_CTYPE, "C.UTF-8") != 0;
}
