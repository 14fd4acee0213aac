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
};

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

void load_kind_read(struct load_kind *kind, const struct csv_table *table, size_t row)
{
    for (size_t i = 0; i < LOAD_KIND_COLUMNS; i++) {
        int column = csv_column(table, load_kind_columns[i]);
        kind->values[i] = strtod(csv_cell(table, row, column), NULL);
    }
}

int load_kind_compare(const struct load_kind *a, const struct load_kind *b)
{
    for (size_t i = 0; i < LOAD_KIND_COLUMNS; i++)
        if (a->values[i] < b->values[i] || a->values[i] > b->values[i])
            return a->values[i] < b->values[i] ? -1 : 1;
    return 0;
}

bool load_kind_is_plain(const struct load_kind *kind)
{
    return !(kind->values[REQUESTS_PER_CONNECTION] > 0) &&
           kind->values[PAYLOAD] <= SMALL_PAYLOAD_BYTES && !(kind->values[CACHE] > 0) &&
           !load_kind_is_unequal(kind);
}

bool load_kind_is_light(const struct load_kind *kind)
{
    return load_kind_is_plain(kind) && !(kind->values[CPU_US] > 0) && !(kind->values[STACK] > 0) &&
           !(kind->values[HEAP] > 0) && !(kind->values[HOLD] > 0);
}

bool load_kind_is_unequal(const struct load_kind *kind)
{
    return kind->values[SLOW_US] > 0 && kind->values[SLOW_EVERY] > 0;
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

static void write_unequal(FILE *out, const struct load_kind *kind)
{
    fprintf(out, "%s1 in ", separator(out));
    units_write_whole(kind->values[SLOW_EVERY], out);
    fputs(" takes ", out);
    write_us(out, kind->values[SLOW_US]);
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
    if (ftell(out) == 0)
        fputs(load_kind_is_light(kind) ? "no work" : "stack or heap touched", out);
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
