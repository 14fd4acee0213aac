/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/error_kind.h"

const char *load_error_name(enum load_error_kind kind)
{
    static const char *const names[LOAD_ERROR_KINDS] = {
        [LOAD_ERROR_REFUSED] = "refused",     [LOAD_ERROR_RESET] = "reset",
        [LOAD_ERROR_CLOSED] = "closed",       [LOAD_ERROR_WRONG] = "wrong reply",
        [LOAD_ERROR_REPLY] = "error reply",   [LOAD_ERROR_SILENT] = "silent",
        [LOAD_ERROR_SYSTEM] = "system error", [LOAD_ERROR_UNSENT] = "unsent",
    };
    return names[kind];
}
