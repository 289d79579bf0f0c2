#pragma once
#include <stdint.h>

/// Columns that the C library gives the scalar in a UTF-8 locale; -1 if it is not printable.
/// The answer doesn't depend on the process's locale: glibc keeps widths with the character map, so
/// ncurses, which asks wcwidth in the user's UTF-8 locale, always agrees.
int cwidth_of_scalar(uint32_t scalar);
