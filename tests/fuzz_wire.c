/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libFuzzer against what is said between a run and its clients: a client's hello, the options of a
 * load, and the results of two clients, which are put together where they can be. The first byte
 * chooses. A short run is a test; for a long one: fuzz_wire -max_total_time=600 CORPUS */
#include "clients/hello.h"
#include "load/merge.h"
#include "load/note.h"
#include "load/wire/wire_options.h"
#include "load/wire/wire_result.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES 1024

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool condition)
{
    if (!condition)
        abort();
}

/* The lines that are left. */
struct lines {
    const char *at;
    const char *end;
    char line[LINE_MAX_BYTES];
};

/* The next line as a channel gives it: printable, and cut where it is too long. */
static bool next_line(struct lines *lines)
{
    size_t left = (size_t)(lines->end - lines->at);
    const char *newline = left > 0 ? memchr(lines->at, '\n', left) : NULL;
    size_t length = newline ? (size_t)(newline - lines->at) : left;
    size_t kept = length < LINE_MAX_BYTES ? length : LINE_MAX_BYTES - 1;
    if (left == 0)
        return false;
    for (size_t i = 0; i < kept; i++)
        lines->line[i] = lines->at[i] >= ' ' && lines->at[i] <= '~' ? lines->at[i] : '?';
    lines->line[kept] = '\0';
    lines->at += newline ? length + 1 : length;
    return true;
}

static void try_hello(struct lines *lines)
{
    struct hello hello = {0};
    struct hello own = {.version = "1"};
    struct error error = {""};
    int taken = 0;
    while (taken == 0 && next_line(lines))
        taken = hello_take(&hello, lines->line);
    check(taken == 0 || taken == 1 || taken == -EPROTO);
    check((hello_check(&hello, &own, &error) == 0) == (error.text[0] == '\0'));
}

static void try_options(struct lines *lines)
{
    struct wire_options wire;
    struct error error = {""};
    int taken = 0;
    wire_options_init(&wire);
    while (taken == 0 && next_line(lines))
        taken = wire_options_take(&wire, lines->line, &error);
    check((taken < 0) == (error.text[0] != '\0'));
    if (taken == 1)
        load_options_check(&wire.options, &error);
    wire_options_finish(&wire);
}

/* Takes lines up to the next end. Returns whether there was one. */
static bool take_part(struct lines *lines, struct wire_result *wire)
{
    struct error error = {""};
    int taken = 0;
    while (taken == 0 && next_line(lines))
        taken = wire_result_take(wire, lines->line, &error);
    check(taken >= 0 || taken == -EPROTO);
    check((taken < 0) == (error.text[0] != '\0'));
    return taken == 1;
}

/* What a row is made of. */
static void look_at(struct load_result *whole, const struct load_options *options)
{
    char note[1024];
    int64_t longer_ns;
    int64_t other_ns;
    load_merge_tails(whole, &longer_ns, &other_ns);
    load_merge_conclude(whole, options);
    load_result_note(options, whole, note, sizeof note);
    check(!strpbrk(note, "\n\033"));
    for (double quantile = 0.5; whole->service && quantile < 1; quantile += 0.09) {
        load_result_quantile_ns(whole, quantile);
        load_result_other_ns(whole, quantile);
    }
}

static void try_results(struct lines *lines, bool closed)
{
    const struct load_options options = {
        .connections = 2, .active = 2, .closed = closed, .rate_per_second = 1000};
    struct load_result whole = {0};
    bool fits = true;
    for (int i = 0; fits && i < 2; i++) {
        struct wire_result wire = {.filled = NULL};
        fits = take_part(lines, &wire) && load_merge_fits(&wire.result, &options, true);
        if (fits) {
            load_merge_add(&whole, &wire.result);
            excursions_merge(&whole.excursions, &wire.result.excursions, 0);
        }
        load_result_finish(&wire.result);
    }
    if (fits)
        look_at(&whole, &options);
    load_result_finish(&whole);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lines lines = {.at = (const char *)data + (size > 0), .end = (const char *)data + size};
    switch (size > 0 ? data[0] : 0) {
    case 'h':
        try_hello(&lines);
        break;
    case 'o':
        try_options(&lines);
        break;
    default:
        try_results(&lines, size > 0 && data[0] == 'c');
        break;
    }
    return 0;
}
