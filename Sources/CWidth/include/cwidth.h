#pragma once
#include <stdint.h>

/// Columns that the C library gives the scalar in the current LC_CTYPE; -1 if it is not printable.
/// ncurses asks the same function, so both always agree.
int cwidth_of_scalar(uint32_t scalar);
