#define _GNU_SOURCE
#include "cterminal.h"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int cterminal_pseudoterminal(char *path, size_t length) {
    int holder = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (holder < 0) return -1;
    if (grantpt(holder) == 0 && unlockpt(holder) == 0 && ptsname_r(holder, path, length) == 0) return holder;
    close(holder);
    return -1;
}
