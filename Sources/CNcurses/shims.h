#pragma once
#define NCURSES_WIDECHAR 1
#include <ncursesw/curses.h>
#include <stdint.h>
#include <stdio.h>
#include <wchar.h>

// What Swift can't import: attributes are cast macros, and the library's variables are shared mutable state.

static const attr_t cn_bold = A_BOLD;
static const attr_t cn_dim = A_DIM;
static const attr_t cn_italic = A_ITALIC;
static const attr_t cn_underline = A_UNDERLINE;
static const attr_t cn_reverse = A_REVERSE;

static inline SCREEN *_Nullable cn_newterm(const char *_Nullable term) { return newterm(term, stdout, stdin); }
static inline WINDOW *_Nonnull cn_screen(void) { return stdscr; }
static inline int cn_columns(void) { return COLS; }
static inline int cn_rows(void) { return LINES; }
static inline int cn_colors(void) { return COLORS; }
static inline int cn_function_key(int number) { return KEY_F(number); }

/// Puts one character with its marks, at most five scalars. The pair goes through the extended argument: direct
/// colour uses pairs beyond a short. The result at the bottom right corner is ERR and means nothing.
static inline int cn_put(int row, int column, const uint32_t *_Nonnull text, int count, attr_t attributes, int pair) {
    wchar_t wide[6] = {0};
    cchar_t cell;
    for (int i = 0; i < count && i < 5; i++) wide[i] = (wchar_t)text[i];
    if (setcchar(&cell, wide, attributes, 0, &pair) == ERR) return ERR;
    return mvwadd_wch(stdscr, row, column, &cell);
}

/// A string capability; null if the terminal has none of that name.
static inline const char *_Nullable cn_capability(const char *_Nonnull name) {
    const char *value = tigetstr(name);
    return (value == 0 || value == (const char *)-1) ? 0 : value;
}
