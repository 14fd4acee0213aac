/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is asked of a generator elsewhere and what it answers come over as they were; two
 * generators' results are those of one that counted it all. */
#include "base/clock.h"
#include "load/merge.h"
#include "load/wire/wire_options.h"
#include "load/wire/wire_result.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Calls back for each line of what `text` has, which is freed. */
static void each_line(char *text, int (*line_cb)(void *data, const char *line), void *data)
{
    char *rest = text;
    int result = 0;
    for (char *line = strsep(&rest, "\n"); line && rest; line = strsep(&rest, "\n")) {
        assert_true(strlen(line) < 1000); /* a channel's lines are at most so long */
        assert_int_equal(result, 0);      /* "end" is the last one */
        result = line_cb(data, line);
    }
    assert_int_equal(result, 1);
    free(text);
}

static int options_cb(void *data, const char *line)
{
    struct error error;
    return wire_options_take(data, line, &error);
}

static void options_come_over(void **state)
{
    (void)state;
    const int ports[] = {40000, 40001};
    const int cpus[] = {3, 5, 7};
    struct load_options sent;
    struct wire_options came;
    char *text = NULL;
    size_t size;
    load_options_init(&sent);
    sent.host = "10.1.2.3";
    sent.port = 4711;
    sent.ports = ports;
    sent.port_count = 2;
    sent.cpus = cpus;
    sent.cpu_count = 3;
    sent.protocol = protocol_find("http");
    sent.path = "/a path/{id}";
    sent.rate_per_second = 1.0 / 3;
    sent.seed = UINT64_MAX;
    sent.closed = true;
    sent.part = (struct load_part){
        .number = 1, .of = 3, .first = 70, .active = 9, .rate_per_second = 2.0 / 3};
    FILE *out = open_memstream(&text, &size);
    wire_options_write(&sent, out);
    fclose(out);
    wire_options_init(&came);
    each_line(text, options_cb, &came);
    assert_string_equal(came.options.host, sent.host);
    assert_string_equal(came.options.path, sent.path);
    assert_null(came.options.host_name);
    assert_ptr_equal(came.options.protocol, sent.protocol);
    assert_int_equal(came.options.port, 4711);
    assert_int_equal(came.options.port_count, 2);
    assert_int_equal(came.options.ports[1], 40001);
    assert_int_equal(came.options.cpu_count, 3);
    assert_int_equal(came.options.cpus[2], 7);
    assert_true(came.options.rate_per_second == sent.rate_per_second);
    assert_true(came.options.seed == UINT64_MAX);
    assert_true(came.options.closed && !came.options.constant);
    assert_memory_equal(&came.options.part, &sent.part, sizeof sent.part);
    wire_options_finish(&came);
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "",
        "port",
        "port x",
        "port 5 6",
        "closed 2",
        "protocol telnet",
        "shard 70000",
        "cpu -1",
        "no_option 1",
        "seed -1",
        "active",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct wire_options wire;
        struct error error;
        wire_options_init(&wire);
        assert_int_equal(wire_options_take(&wire, lines[i], &error), -EPROTO);
        wire_options_finish(&wire);
    }
    static const char *const results[] = {
        "",
        "answered many",
        "buckets 1 1",
        "histogram sorrow 0 0 1 1",
        "histogram latency 0 0 1",
        "histogram latency 0 -1 1 1",
        "trend 1 2 x",
        "errors 1",
        "excursions all 5",
        "excursions all 6 5",
        "excursions all 0 9223372036854775807",
        "excursions some 5 6",
        "histogram latency 9223372036854775807 9223372036854775807 1 1",
    };
    for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
        struct wire_result wire = {.filled = NULL};
        struct error error;
        assert_int_equal(wire_result_take(&wire, results[i], &error), -EPROTO);
        load_result_finish(&wire.result);
    }
    /* A bucket that no histogram has, and a second histogram of the name. */
    struct wire_result wire = {.filled = NULL};
    struct error error;
    assert_int_equal(wire_result_take(&wire, "histogram latency 0 0 1 1", &error), 0);
    assert_int_equal(wire_result_take(&wire, "buckets 99999999 1", &error), -EPROTO);
    assert_int_equal(wire_result_take(&wire, "buckets -1 1", &error), -EPROTO);
    assert_int_equal(wire_result_take(&wire, "buckets 1 -1", &error), -EPROTO);
    assert_int_equal(wire_result_take(&wire, "histogram latency 0 0 1 1", &error), -EPROTO);
    load_result_finish(&wire.result);
}

/* What would make a sum overflow, or divide by it. */
static void numbers_that_cannot_be_are_refused(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "answered 9223372036854775807",
        "stalls.sum_ns -9223372036854775807",
        "duration_ns -1",
        "client_busy 1e300",
        "trend 0 9223372036854775807",
        "errors 0 0 -1 0 0 0 0 0",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct wire_result wire = {.filled = NULL};
        struct error error;
        assert_int_equal(wire_result_take(&wire, lines[i], &error), 0);
        assert_int_equal(wire_result_take(&wire, "end", &error), -EPROTO);
        load_result_finish(&wire.result);
    }
}

static int result_cb(void *data, const char *line)
{
    struct error error;
    return wire_result_take(data, line, &error);
}

/* A request: it was slow in the time around a stall. */
static void note_request(struct load_result *result, int64_t at_ns, unsigned *random)
{
    int64_t latency_ns = 20000 + (int64_t)rand_r(random) % 40000;
    if (at_ns % 100000000 < 3000000)
        latency_ns += 3000000 - at_ns % 100000000;
    histogram_record(result->latency, latency_ns);
    histogram_record(result->service, latency_ns - 500);
    histogram_record(result->lateness, 500);
    excursions_note(&result->excursions, at_ns, at_ns + latency_ns);
    result->offered++;
    result->answered++;
    result->punctual++;
    result->replies++;
}

static void begin_result(struct load_result *result)
{
    *result = (struct load_result){.duration_ns = 2 * NS_PER_SECOND};
    result->latency = histogram_create();
    result->service = histogram_create();
    result->lateness = histogram_create();
    result->reply_delay = histogram_create();
    assert_int_equal(excursions_init(&result->excursions, 2000000), 0);
    result->backlog.count = 3;
    result->backlog.values[2] = 4;
}

/* Sends it and reads it, with the excursions that are asked for then. */
static void come_over(const struct load_result *sent, struct load_result *whole)
{
    struct wire_result wire = {.filled = NULL};
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    wire_result_write(sent, out);
    fclose(out);
    each_line(text, result_cb, &wire);
    assert_int_equal(wire.result.answered, sent->answered);
    assert_int_equal(wire.result.duration_ns, sent->duration_ns);
    assert_int_equal(histogram_max_ns(wire.result.latency), histogram_max_ns(sent->latency));
    assert_string_equal(wire.result.first_error, sent->first_error);
    assert_int_equal(load_merge_add(whole, &wire.result), 0);
    load_result_finish(&wire.result);
}

static void add_excursions(const struct load_result *sent, struct load_result *whole)
{
    struct wire_result wire = {.filled = NULL};
    int64_t longer_ns;
    int64_t other_ns;
    char *text = NULL;
    size_t size;
    load_merge_tails(whole, &longer_ns, &other_ns);
    FILE *out = open_memstream(&text, &size);
    wire_result_write_excursions(sent, longer_ns, other_ns, out);
    fclose(out);
    each_line(text, result_cb, &wire);
    assert_int_equal(excursions_merge(&whole->excursions, &wire.result.excursions, 0), 0);
    load_result_finish(&wire.result);
}

static void two_results_are_one(void **state)
{
    (void)state;
    const struct load_options options = {.active = 2, .rate_per_second = 200000};
    struct load_result parts[2];
    struct load_result one;
    struct load_result whole = {0};
    unsigned random = 5;
    begin_result(&one);
    for (int i = 0; i < 2; i++)
        begin_result(&parts[i]);
    for (int64_t at_ns = 0; at_ns < 2 * NS_PER_SECOND; at_ns += 5000) {
        unsigned again = random;
        note_request(&one, at_ns, &random);
        note_request(&parts[at_ns / 5000 % 7 == 0], at_ns, &again);
    }
    one.backlog.values[2] = 8;
    /* Of each a share that leaves p99 alone, and as much of one generator does not. */
    parts[0].stalls.sum_ns = parts[1].stalls.sum_ns = 3 * NS_PER_MS;
    one.stalls.sum_ns = 6 * NS_PER_MS;
    strcpy(parts[1].first_error, "connection 5: reset: Connection reset by peer");
    for (int i = 0; i < 2; i++)
        come_over(&parts[i], &whole);
    for (int i = 0; i < 2; i++)
        add_excursions(&parts[i], &whole);
    load_merge_conclude(&whole, &options);
    load_merge_conclude(&one, &options);
    assert_int_equal(whole.offered, 400000);
    assert_false(whole.late);
    assert_true(one.late);
    assert_true(load_result_adds_up(&whole));
    assert_true(whole.achieved_per_second == one.achieved_per_second);
    assert_int_equal(whole.backlog.values[2], 8);
    assert_string_equal(whole.first_error, parts[1].first_error);
    static const double quantiles[] = {0.1, 0.5, 0.9, 0.99, 0.995, 0.999};
    for (size_t i = 0; i < sizeof quantiles / sizeof *quantiles; i++) {
        double quantile = quantiles[i];
        assert_true(load_result_quantile_ns(&one, quantile) > 0);
        assert_int_equal(load_result_quantile_ns(&whole, quantile),
                         load_result_quantile_ns(&one, quantile));
        if (quantile >= LOAD_TAIL_QUANTILE)
            assert_int_equal(load_result_excursions(&whole, quantile),
                             load_result_excursions(&one, quantile));
    }
    load_result_finish(&one);
    load_result_finish(&whole);
    for (int i = 0; i < 2; i++)
        load_result_finish(&parts[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_come_over),
        cmocka_unit_test(nonsense_is_refused),
        cmocka_unit_test(numbers_that_cannot_be_are_refused),
        cmocka_unit_test(two_results_are_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
