/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows in an array: what HTTP costs alone. */
#include "store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

typedef char letters[ROW_TEXT_LETTERS];

static int open_rows(struct store *store, struct error *error)
{
    const struct store_options *options = &store->options;
    letters *rows = calloc((size_t)options->rows, sizeof *rows);
    if (!rows)
        return error_set(error, -ENOMEM, "no memory for %lld rows", (long long)options->rows);
    for (int64_t id = 1; id <= options->rows; id++) {
        char text[ROW_TEXT_LETTERS + 1];
        row_text(options->seed, id, text);
        memcpy(rows[id - 1], text, sizeof *rows);
    }
    store->state = rows;
    return 0;
}

static enum store_answer get_row(struct store_session *session, int64_t id,
                                 char text[ROW_TEXT_LETTERS + 1])
{
    const letters *rows = session->store->state;
    if (id < 1 || id > session->store->options.rows)
        return STORE_NOT_FOUND;
    memcpy(text, rows[id - 1], ROW_TEXT_LETTERS);
    text[ROW_TEXT_LETTERS] = '\0';
    return STORE_FOUND;
}

const struct store_engine store_memory = {
    .name = "memory",
    .open = open_rows,
    .get = get_row,
};
