#include "cterminal.h"

#include <sys/prctl.h>
#include <sys/resource.h>

void cterminal_forbid_core_files(void) {
    // A limit of 0 alone stops no dump that goes to a program (core(5)); not being dumpable does.
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}
