#define _GNU_SOURCE
#include "cterminal.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

void cterminal_lower_other_threads(int niceness) {
    DIR *threads = opendir("/proc/self/task");
    // Without /proc nobody is lowered: the screen is then as fast as the scheduler's fairness lets it be.
    if (threads == NULL) return;
    id_t own = (id_t)gettid();
    for (struct dirent *entry; (entry = readdir(threads)) != NULL;) {
        id_t thread = (id_t)strtoul(entry->d_name, NULL, 10);
        // Linux keeps the niceness for each thread, whatever the constant's name says.
        if (thread == 0 || thread == own) continue;
        errno = 0;
        int present = getpriority(PRIO_PROCESS, thread);
        // It may have ended meanwhile.
        if (errno == 0 && present < niceness) setpriority(PRIO_PROCESS, thread, niceness);
    }
    closedir(threads);
}
