#define _GNU_SOURCE
#include "cterminal.h"
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>

static const struct { int number; int flag; } watched[] = {
    {SIGWINCH, CTERMINAL_RESIZED}, {SIGTERM, CTERMINAL_TERMINATE}, {SIGINT, CTERMINAL_INTERRUPT},
    {SIGHUP, CTERMINAL_HUNG_UP},   {SIGCONT, CTERMINAL_CONTINUED}, {SIGTSTP, CTERMINAL_STOP},
};
enum { WATCHED = sizeof watched / sizeof watched[0] };

static struct sigaction before[WATCHED];
static bool installed;
static atomic_int raised;
static atomic_int wakeup_descriptor = -1;

static void note(int number) {
    for (int i = 0; i < WATCHED; i++)
        if (watched[i].number == number) atomic_fetch_or(&raised, watched[i].flag);
    cterminal_wakeup_signal(atomic_load(&wakeup_descriptor));
    if (number == SIGTERM || number == SIGINT || number == SIGHUP) cterminal_watch_end();
}

void cterminal_signals_install(int wakeup) {
    atomic_store(&wakeup_descriptor, wakeup);
    if (installed) return;
    atomic_store(&raised, 0);
    struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART};
    sigfillset(&action.sa_mask);
    for (int i = 0; i < WATCHED; i++) sigaction(watched[i].number, &action, &before[i]);
    installed = true;
}

void cterminal_signals_restore(bool gone) {
    if (!installed) return;
    const struct sigaction ignored = {.sa_handler = SIG_IGN};
    for (int i = 0; i < WATCHED; i++)
        sigaction(watched[i].number, gone && watched[i].number == SIGHUP ? &ignored : &before[i], 0);
    installed = false;
    atomic_store(&wakeup_descriptor, -1);
}

bool cterminal_signals_ends(void) {
    return atomic_load(&raised) & (CTERMINAL_TERMINATE | CTERMINAL_INTERRUPT | CTERMINAL_HUNG_UP);
}

int cterminal_signals_take(void) { return atomic_exchange(&raised, 0); }
