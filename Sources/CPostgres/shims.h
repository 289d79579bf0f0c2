#pragma once
#include <libpq-fe.h>

// What Swift can't import: the codes of fields are character macros.
static const int cp_sqlstate = PG_DIAG_SQLSTATE;
