#pragma once
#include <zlib.h>

// What Swift can't import: the macro that hands the version and the size of the stream over. Negative bits: raw DEFLATE.
static inline int cz_inflate_init_raw(z_stream *_Nonnull stream) { return inflateInit2(stream, -MAX_WBITS); }
