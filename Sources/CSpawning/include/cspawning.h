#ifndef CSPAWNING_H
#define CSPAWNING_H

#include <spawn.h>

// What Swift's Glibc does not show of `posix_spawn`: glibc 2.34 has it.

/// The child has no descriptor from that one on. 0, or a number of `errno`.
int cspawning_close_from(posix_spawn_file_actions_t *actions, int descriptor);

/// The child begins in a directory. 0, or a number of `errno`.
int cspawning_change_directory(posix_spawn_file_actions_t *actions, const char *path);

#endif
