#define _XOPEN_SOURCE 700
#include "cwidth.h"
#include <wchar.h>

int cwidth_of_scalar(uint32_t scalar) { return wcwidth((wchar_t)scalar); }
