// Tells thread sanitizer of the slow path of Swift's Mutex, which is in a library that is not instrumented: what a thread
// that had to wait sees of the one before it is taken for a race otherwise. The fast path is inlined, and seen.
//
// CONTRIBUTING has the commands. The calls follow Swift 6's `Synchronization` on Linux: `_MutexHandle._lockSlow(_:)` and
// `_unlockSlow()`, with the word as `self`.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

// Weak: other programs have no sanitizer.
__attribute__((weak)) void __tsan_acquire(void *address);
__attribute__((weak)) void __tsan_release(void *address);

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))

typedef SWIFT void (*Lock)(uint32_t, SELF void *);
typedef SWIFT void (*Unlock)(SELF void *);

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

SWIFT void slow_lock(uint32_t thread, SELF void *word) __asm__(LOCK);
SWIFT void slow_unlock(SELF void *word) __asm__(UNLOCK);

// Looked up with each call: the shell and other programs that get this library by LD_PRELOAD have no such function.
static void *real(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    if (!found) abort();
    return found;
}

SWIFT void slow_lock(uint32_t thread, SELF void *word) {
    ((Lock)real(LOCK))(thread, word);
    __tsan_acquire(word);
}

SWIFT void slow_unlock(SELF void *word) {
    __tsan_release(word);
    ((Unlock)real(UNLOCK))(word);
}
