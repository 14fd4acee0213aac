/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/words/load_kind.h"

#include "analysis/words/units.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A payload up to this is what "no work" allows; the plans' smallest. */
#define SMALL_PAYLOAD_BYTES 64

enum {
    REQUESTS_PER_CONNECTION,
    PAYLOAD,
    CACHE,
    SLOW_US,
    SLOW_EVERY,
    CPU_US,
    STACK,
    HEAP,
    HOLD,
    BLOCK_US,
    BLOCK_EVERY,
    DELAY_US,
    CONNECTIONS,
    VALUES,
};
_Static_assert(VALUES == LOAD_KIND_COLUMNS + LOAD_KIND_OPTION_COLUMNS, "each has its column");

const char *const load_kind_columns[LOAD_KIND_COLUMNS + 1] = {
    [REQUESTS_PER_CONNECTION] = "requests_per_connection",
    [PAYLOAD] = "payload_bytes",
    [CACHE] = "work_cache_bytes",
    [SLOW_US] = "work_slow_us",
    [SLOW_EVERY] = "work_slow_every",
    [CPU_US] = "work_cpu_us",
    [STACK] = "work_stack_bytes",
    [HEAP] = "work_heap_bytes",
    [HOLD] = "hold_bytes",
    [LOAD_KIND_COLUMNS] = NULL,
};

const char *const load_kind_option_columns[LOAD_KIND_OPTION_COLUMNS + 1] = {
    [BLOCK_US - LOAD_KIND_COLUMNS] = "block_us",
    [BLOCK_EVERY - LOAD_KIND_COLUMNS] = "block_every",
    [DELAY_US - LOAD_KIND_COLUMNS] = "store_delay_us",
    [CONNECTIONS - LOAD_KIND_COLUMNS] = "store_connections",
    [LOAD_KIND_OPTION_COLUMNS] = NULL,
};

static const char *column_of(size_t value)
{
    return value < LOAD_KIND_COLUMNS ? load_kind_columns[value]
                                     : load_kind_option_columns[value - LOAD_KIND_COLUMNS];
}

void load_kind_read(struct load_kind *kind, const struct csv_table *table, size_t row)
{
    for (size_t i = 0; i < VALUES; i++)
        kind->values[i] = strtod(csv_cell(table, row, csv_column(table, column_of(i))), NULL);
    kind->has_store = *csv_cell(table, row, csv_column(table, "store"));
}

int load_kind_compare(const struct load_kind *a, const struct load_kind *b)
{
    for (size_t i = 0; i < VALUES; i++)
        if (a->values[i] < b->values[i] || a->values[i] > b->values[i])
            return a->values[i] < b->values[i] ? -1 : 1;
    return 0;
}

bool load_kind_is_plain(const struct load_kind *kind)
{
    return !(kind->values[REQUESTS_PER_CONNECTION] > 0) &&
           kind->values[PAYLOAD] <= SMALL_PAYLOAD_BYTES && !(kind->values[CACHE] > 0) &&
           !load_kind_is_unequal(kind) && !load_kind_is_delayed(kind);
}

bool load_kind_is_light(const struct load_kind *kind)
{
    return load_kind_is_plain(kind) && !(kind->values[CPU_US] > 0) && !(kind->values[STACK] > 0) &&
           !(kind->values[HEAP] > 0) && !(kind->values[HOLD] > 0);
}

static bool has_slow(const struct load_kind *kind)
{
    return kind->values[SLOW_US] > 0 && kind->values[SLOW_EVERY] > 0;
}

bool load_kind_is_blocking(const struct load_kind *kind)
{
    return kind->values[BLOCK_US] > 0 && kind->values[BLOCK_EVERY] > 0;
}

bool load_kind_is_unequal(const struct load_kind *kind)
{
    return has_slow(kind) || load_kind_is_blocking(kind);
}

double load_kind_slow_us(const struct load_kind *kind)
{
    double slow = has_slow(kind) ? kind->values[SLOW_US] : 0;
    return load_kind_is_blocking(kind) && kind->values[BLOCK_US] > slow ? kind->values[BLOCK_US]
                                                                        : slow;
}

bool load_kind_is_delayed(const struct load_kind *kind)
{
    return kind->values[DELAY_US] > 0;
}

struct load_kind load_kind_undelayed(const struct load_kind *kind)
{
    struct load_kind undelayed = *kind;
    undelayed.values[DELAY_US] = 0;
    return undelayed;
}

static const char *separator(FILE *out)
{
    return ftell(out) > 0 ? ", " : "";
}

static void write_bytes(FILE *out, double bytes, const char *before, const char *behind)
{
    const char *unit = bytes < 1024 ? "B" : bytes < 1 << 20 ? "KiB" : "MiB";
    double size = bytes < 1024 ? 1 : bytes < 1 << 20 ? 1024 : 1 << 20;
    if (bytes > 0)
        fprintf(out, "%s%s%g %s%s", separator(out), before, bytes / size, unit, behind);
}

static void write_us(FILE *out, double us)
{
    if (us >= 1000)
        fprintf(out, "%g ms", us / 1000);
    else
        fprintf(out, "%g us", us);
}

static void write_one_in(FILE *out, double every)
{
    fprintf(out, "%s1 in ", separator(out));
    units_write_whole(every, out);
}

static void write_unequal(FILE *out, const struct load_kind *kind)
{
    if (has_slow(kind)) {
        write_one_in(out, kind->values[SLOW_EVERY]);
        fputs(" takes ", out);
        write_us(out, kind->values[SLOW_US]);
        fputs(" more", out);
    }
    if (load_kind_is_blocking(kind)) {
        write_one_in(out, kind->values[BLOCK_EVERY]);
        fputs(" blocks for ", out);
        write_us(out, kind->values[BLOCK_US]);
    }
}

static void write_delay(FILE *out, double us)
{
    if (!(us > 0))
        return;
    fprintf(out, "%seach query takes ", separator(out));
    write_us(out, us);
    fputs(" more", out);
}

static void write_connections(FILE *out, double requests)
{
    if (requests > 1)
        fprintf(out, "%sa new connection each %g", separator(out), requests);
    else if (requests > 0)
        fprintf(out, "%sa new connection each time", separator(out));
}

static void write_kind(FILE *out, const struct load_kind *kind, bool whole)
{
    const double *values = kind->values;
    bool unequal = load_kind_is_unequal(kind);
    if (values[CPU_US] > 0 && (whole || !unequal)) {
        write_us(out, values[CPU_US]);
        fputs(" of work", out);
    }
    if (whole) {
        write_bytes(out, values[STACK], "", " of stack");
        write_bytes(out, values[HEAP], "", " of heap");
    }
    if (unequal)
        write_unequal(out, kind);
    write_bytes(out, values[CACHE], "touches ", "");
    if (values[PAYLOAD] > SMALL_PAYLOAD_BYTES)
        write_bytes(out, values[PAYLOAD], "", " payload");
    write_bytes(out, values[HOLD], "holds ", "");
    write_connections(out, values[REQUESTS_PER_CONNECTION]);
    write_delay(out, values[DELAY_US]);
    if (ftell(out) == 0)
        fputs(!load_kind_is_light(kind) ? "stack or heap touched"
              : kind->has_store         ? "no other work"
                                        : "no work",
              out);
    if (whole && values[CONNECTIONS] > 0)
        fprintf(out, ", over %g database connection%s", values[CONNECTIONS],
                values[CONNECTIONS] > 1 ? "s" : "");
}

static void make_label(const struct load_kind *kind, bool whole, char *label)
{
    FILE *out = fmemopen(label, LOAD_KIND_LABEL_BYTES, "w");
    label[0] = '\0';
    if (!out)
        return;
    write_kind(out, kind, whole);
    fclose(out);
    label[LOAD_KIND_LABEL_BYTES - 1] = '\0';
}

void load_kind_label(const struct load_kind *kind, char *label)
{
    make_label(kind, false, label);
}

void load_kind_describe(const struct load_kind *kind, char *label)
{
    make_label(kind, true, label);
}
