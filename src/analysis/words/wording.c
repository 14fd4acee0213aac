/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/words/wording.h"

#include "analysis/words/load_kind.h"
#include "analysis/words/units.h"
#include "analysis/words/workload.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* What is said of a cell: its number and a noun, its bytes and what they are, or the cell alone. */
struct wording {
    const char *column;
    enum { COUNT, BYTES, CELL } kind;
    const char *one;  /* the noun; of bytes: what follows them */
    const char *many; /* in the plural */
    const char *none; /* instead of 0, or NULL */
};

static const struct wording wordings[] = {
    {"connections", COUNT, "connection", "connections", NULL},
    {"active", COUNT, "active connection", "active connections", NULL},
    {"idle", COUNT, "idle connection", "idle connections", "none idle"},
    {"offered_per_second", COUNT, "request/s offered", "requests/s offered", NULL},
    {"waiters_requested", COUNT, "waiter", "waiters", NULL},
    {"workers_count", COUNT, "worker", "workers", NULL},
    {"loops", COUNT, "loop", "loops", NULL},
    {"shards", COUNT, "process", "processes", NULL},
    {"store_connections", COUNT, "database connection", "database connections", NULL},
    {"store_delay_us", COUNT, "us more for each query", "us more for each query",
     "queries as fast as they are"},
    {"block_us", COUNT, "us blocked", "us blocked", "nothing blocks"},
    {"work_cpu_us", COUNT, "us of work", "us of work", "no work"},
    {"payload_bytes", BYTES, "of payload", NULL, NULL},
    {"work_stack_bytes", BYTES, "of stack touched", NULL, "no stack touched"},
    {"work_heap_bytes", BYTES, "of heap touched", NULL, "no heap touched"},
    {"hold_bytes", BYTES, "held by each", NULL, "nothing held"},
    {"stack_bytes", BYTES, "stacks", NULL, NULL},
    {"allocator", CELL, NULL, NULL, NULL},
    {"metric", CELL, NULL, NULL, NULL},
};

/* What is said of one cell of a column. */
static const struct {
    const char *column;
    const char *cell;
    const char *words;
} phrases[] = {
    {"warm", "0", "cold"},
    {"warm", "1", "warm"},
    {"arrivals", "closed", "closed loop"},
    {"arrivals", "poisson", "Poisson arrivals"},
    {"arrivals", "constant", "constant arrivals"},
    {"idle_wait", "spin", "client spins"},
    {"idle_wait", "block", "client blocks"},
};

static const char *find_phrase(const char *column, const char *cell)
{
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++)
        if (strcmp(phrases[i].column, column) == 0 && strcmp(phrases[i].cell, cell) == 0)
            return phrases[i].words;
    return NULL;
}

static const struct wording *find(const char *column)
{
    for (size_t i = 0; i < sizeof wordings / sizeof *wordings; i++)
        if (strcmp(wordings[i].column, column) == 0)
            return &wordings[i];
    return NULL;
}

const char *wording_noun(const char *column)
{
    const struct wording *wording = find(column);
    return wording && wording->many ? wording->many : column;
}

void wording_write_number(double value, FILE *out)
{
    if (fabs(value) < 99.95)
        fprintf(out, "%.3g", value);
    else
        units_write_whole(value, out);
}

/* Flow's parameters name what they count: cancellations_count. */
static void write_unknown(const char *column, const char *cell, bool number, double value,
                          FILE *out)
{
    const char *ending = strstr(column, "_count");
    if (number && ending && ending > column && ending[strlen("_count")] == '\0') {
        wording_write_number(value, out);
        fputc(' ', out);
        for (; column < ending; column++)
            fputc(*column == '_' ? ' ' : *column, out);
    } else {
        fprintf(out, "%s=%s", column, cell);
    }
}

static void write_known(const struct wording *wording, double value, FILE *out)
{
    char text[UNITS_TEXT_SIZE];
    if (wording->none && !(fabs(value) > 0)) {
        fputs(wording->none, out);
    } else if (wording->kind == BYTES) {
        fprintf(out, "%s %s", units_format_bytes(value, text), wording->one);
    } else {
        wording_write_number(value, out);
        fprintf(out, " %s", value > 1 || value < 1 ? wording->many : wording->one);
    }
}

/* What a server's options are, where a noun behind a number does not do. */
static bool write_option(const char *column, const char *cell, FILE *out)
{
    if (strcmp(column, "store") == 0)
        fprintf(out, "with %s", workload_store_words(cell));
    else if (strcmp(column, "block_every") == 0)
        fprintf(out, "1 in %s requests blocks", cell);
    else
        return false;
    return true;
}

void wording_write(const char *column, const char *cell, FILE *out)
{
    if (write_option(column, cell, out))
        return;
    const struct wording *wording = find(column);
    const char *phrase = find_phrase(column, cell);
    char *end;
    double value = strtod(cell, &end);
    bool number = end != cell && *end == '\0' && isfinite(value);
    if (phrase)
        fputs(phrase, out);
    else if (wording && wording->kind == CELL)
        fputs(cell, out);
    else if (wording && number)
        write_known(wording, value, out);
    else
        write_unknown(column, cell, number, value, out);
}

static double number(const struct trial_group *group, const char *column)
{
    return strtod(group_text(group, column), NULL);
}

void wording_write_workload(const struct trial_group *group, FILE *out)
{
    struct workload workload = workload_of(group->table, group->first);
    workload_write(&workload, out);
}

void wording_write_work(const struct trial_group *group, FILE *out)
{
    char label[LOAD_KIND_LABEL_BYTES];
    struct load_kind kind;
    load_kind_read(&kind, group->table, group->first);
    load_kind_label(&kind, label);
    fputs(label, out);
}

void wording_write_load_short(const struct trial_group *group, FILE *out)
{
    double share = 100 * number(group, "capacity_share");
    if (strcmp(group_text(group, "rate_basis"), "equal_utilisation") == 0) {
        fprintf(out, "%.3g %%", share);
        return;
    }
    wording_write_number(number(group, "offered_per_second"), out);
    fputs("/s", out);
    if (share > 0)
        fprintf(out, " (%.3g %%)", share);
}

void wording_write_load(const struct trial_group *group, FILE *out)
{
    const char *basis = group_text(group, "rate_basis");
    double share = 100 * number(group, "capacity_share");
    if (strcmp(basis, "equal_utilisation") == 0) {
        fprintf(out, "equal utilisation %.3g %%", share);
        return;
    }
    if (basis[0] == '\0') {
        wording_write("offered_per_second", group_text(group, "offered_per_second"), out);
        return;
    }
    fputs("an equal rate of ", out);
    wording_write_number(number(group, "offered_per_second"), out);
    fputs(" requests/s", out);
    if (share > 0)
        fprintf(out, " (%.3g %%)", share);
}
