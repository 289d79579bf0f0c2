#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What Swift can't do safely: code that runs in signal handlers, and calls that Swift doesn't import.
// All of it but the wake-up is for the one thread that owns the terminal.

// Wake-up: an eventfd, so that any thread or signal handler can end the wait.

/// Opens a wake-up; -1 on failure.
int cterminal_wakeup_open(void);
/// Ends the current or the next wait. Async-signal-safe.
void cterminal_wakeup_signal(int wakeup);
/// Forgets all signals so far.
void cterminal_wakeup_drain(int wakeup);

enum {
    CTERMINAL_INPUT = 1,
    CTERMINAL_WOKEN = 2,
    CTERMINAL_HANGUP = 4,
};
/// Waits until the terminal has input, the wake-up was signalled or `milliseconds` passed (-1: for ever).
/// A signal ends the wait as well.
int cterminal_wait(int tty, int wakeup, int milliseconds);

/// Raises the niceness of every thread of the process but the calling one to `niceness`, where it is lower. Threads that they
/// begin later inherit it.
void cterminal_lower_other_threads(int niceness);

// Signals: handlers set a flag and signal the wake-up; nothing else happens in them.

enum {
    CTERMINAL_RESIZED = 1,
    CTERMINAL_TERMINATE = 2,
    CTERMINAL_INTERRUPT = 4,
    CTERMINAL_HUNG_UP = 8,
    CTERMINAL_CONTINUED = 16,
    CTERMINAL_STOP = 32,
};
/// Installs the handlers; remembers what stood there.
void cterminal_signals_install(int wakeup);
/// Puts back what stood there. With `gone`, SIGHUP is ignored from then on: poll tells that a terminal went away before its
/// signal comes, which must not end a program that is ending well.
void cterminal_signals_restore(bool gone);
/// The signals since the last call, as a set of the flags above.
int cterminal_signals_take(void);
/// Whether one of those that wait to be taken asks the program to end.
bool cterminal_signals_ends(void);

/// Sees to it that the calling thread, which writes to the terminal, can end although nobody reads there.
bool cterminal_watch(int tty);
/// The process was asked to end. Async-signal-safe.
void cterminal_watch_end(void);

// The terminal line.

/// Rows and columns as the terminal tells; false if it doesn't.
bool cterminal_size(int tty, int *_Nonnull rows, int *_Nonnull columns);
/// Writes all bytes, waiting while the terminal is slow; false on an error.
bool cterminal_write(int tty, const void *_Nonnull bytes, size_t count);
/// Stops the process group as Ctrl-Z does and returns after it was continued.
void cterminal_stop(void);
/// Bytes that wait to be read.
int cterminal_waiting(int tty);
/// Reads what comes within `milliseconds`, up to `count` bytes. 0 if nothing comes or the terminal is gone.
long cterminal_read(int tty, void *_Nonnull bytes, size_t count, int milliseconds);
/// Waits until this process group may use the terminal: in the background it stops here, as programs do that write on a
/// terminal of others. False if there is no such terminal any more, or if the program is asked to end meanwhile.
bool cterminal_foreground(int tty);

// Crash restore: a handler of the signals that end a process, which puts the terminal right before they do. Faults
// are passed on to what stood there.

enum { CTERMINAL_RESTORE_LIMIT = 1024 };
/// Remembers the line's settings as they are now.
bool cterminal_restore_remember(int tty);
/// Arms the handlers with the bytes that undo what was done to the screen; longer ones are refused.
bool cterminal_restore_arm(const void *_Nonnull bytes, size_t count);
/// Puts back the handlers that stood there.
void cterminal_restore_disarm(void);
/// Lets this thread set the line from the background as well, where one who was stopped without a word is asked to end.
void cterminal_restore_from_background(void);
/// Puts back the line's settings as remembered.
void cterminal_restore_line(void);

// Others.

enum { CTERMINAL_RUNS = -2 };
/// Runs a program without input and output, in a session of its own, and gives its exit status; -1 if it didn't run,
/// CTERMINAL_RUNS if it still does after so long. Any thread may call it.
int cterminal_run(const char *_Nonnull program, const char *_Nullable const *_Nonnull arguments, int milliseconds);
/// Gives the terminal to a program until it has ended, and takes it back; stops with it, as a shell's jobs do. Its exit
/// status; -1 if it didn't run or was ended by a signal.
int cterminal_run_in_front(int tty, const char *_Nonnull program, const char *_Nullable const *_Nonnull arguments);
/// Prepares the character set: 1 if it is UTF-8, 0 if the user's isn't.
int cterminal_prepare_locale(void);

/// Opens the holding side of a new pseudoterminal and gives the path of its other side; -1 on failure. For tests.
int cterminal_pseudoterminal(char *_Nonnull path, size_t length);

// The process.

/// From now on a crash leaves no memory behind on the disk.
void cterminal_forbid_core_files(void);
