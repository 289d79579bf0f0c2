#define _GNU_SOURCE
#include "cwidth.h"
#include <locale.h>
#include <pthread.h>
#include <wchar.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static locale_t utf8;

static void open_locale(void) { utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0); }

int cwidth_of_scalar(uint32_t scalar) {
    pthread_once(&once, open_locale);
    if (utf8 == (locale_t)0) return wcwidth((wchar_t)scalar);
    // Only this thread's locale changes, and only for this call.
    locale_t previous = uselocale(utf8);
    int width = wcwidth((wchar_t)scalar);
    uselocale(previous);
    return width;
}
