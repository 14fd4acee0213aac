/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs of which some have claims of another pair than ours, side by side. */
#include "base/alloc.h"
#include "compare/compare.h"
#include "compare/findings.h"
#include "read_run.h"
#include "simulated_run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define BLOCKS 8

/* threads / loop in requests/s; 0: the pair has no rows. */
struct machine {
    const char *host;
    double c;
    double python;
};

static void write_pair(struct simulated_run *run, const char *pair, double ratio)
{
    run->pair = pair;
    for (int block = 1; block <= BLOCKS && ratio > 0; block++)
        for (int active = 10; active <= 1000; active *= 10) {
            struct load_trial trial = {
                .block = block,
                .model = "loop",
                .connections = active,
                .active = active,
                .achieved_per_second = 1e5,
                .p50_ns = 1e5,
                .server_cpu_seconds = 1,
            };
            load_trial_write(run, &trial);
            trial.model = "threads";
            trial.achieved_per_second *= ratio;
            load_trial_write(run, &trial);
        }
}

static void write_run(struct simulated_run *run, const struct machine *machine)
{
    char text[256];
    simulated_run_create(run);
    run->has_pairs = true;
    snprintf(text, sizeof text, "{\"label\":\"%s\",\"hostname\":\"%s\"}\n", machine->host,
             machine->host);
    run_folder_write(&run->folder, "machine.json", text);
    simulated_run_begin(run, "throughput.csv", LOAD_HEADER);
    write_pair(run, NULL, machine->c);
    write_pair(run, "python", machine->python);
    simulated_run_end(run);
}

/* How many rows have that beginning of a label. */
static size_t count_labels(const struct comparison_of_runs *comparison, const char *begin)
{
    size_t count = 0;
    for (size_t i = 0; i < comparison->count; i++)
        count += strncmp(comparison->rows[i].entry->label, begin, strlen(begin)) == 0;
    return count;
}

/* What the terminal says first of the two, in one line; for the caller to free. */
static char *findings_of(const struct machine *a, const struct machine *b, size_t *rows)
{
    struct simulated_run first;
    struct simulated_run second;
    struct error error = {""};
    struct findings findings;
    char *text = NULL;
    size_t length = 0;
    struct comparison_of_runs *comparison = alloc_array(1, sizeof *comparison);
    write_run(&first, a);
    write_run(&second, b);
    const struct recorded_run *const runs[] = {read_run(first.folder.path),
                                               read_run(second.folder.path)};
    assert_int_equal(compare_read(comparison, runs, 2, &error), 0);
    findings_read(&findings, comparison, true);
    FILE *out = open_memstream(&text, &length);
    findings_print(&findings, 10000, out);
    fclose(out);
    *rows = comparison->verdicts.count;
    /* Ratios within a machine are of each pair, and told apart. */
    assert_true(count_labels(comparison, "threads/loop ") > 0);
    assert_int_equal(count_labels(comparison, "python threads/loop "),
                     count_labels(comparison, "threads/loop "));
    findings_finish(&findings);
    compare_finish(comparison);
    free(comparison);
    simulated_run_destroy(&first);
    simulated_run_destroy(&second);
    return text;
}

static void assert_said(const char *text, const char *said)
{
    if (!strstr(text, said))
        fail_msg("%s\nis not in\n%s", said, text);
}

static void pairs_agree_and_part_by_themselves(void **state)
{
    (void)state;
    static const struct machine a = {"a", 0.7, 1.4};
    static const struct machine b = {"b", 0.6, 0.7};
    size_t rows;
    char *text = findings_of(&a, &b, &rows);
    assert_int_equal(rows, 22);
    assert_said(text, "agree on 1 of 22 claims. Refuted: Threads are at least as fast as an event "
                      "loop.");
    assert_said(text, "They part on \"Threads are at least as fast as an event loop (python)\": "
                      "reproduced on a, refuted on b.");
    free(text);
}

/* Nobody can agree with it on that: it is in the table, and in no count. */
static void a_pair_of_one_run_is_counted_nowhere(void **state)
{
    (void)state;
    static const struct machine a = {"a", 0.7, 0};
    static const struct machine b = {"b", 0.6, 1.4};
    size_t rows;
    char *text = findings_of(&a, &b, &rows);
    assert_int_equal(rows, 22);
    assert_said(text, "agree on 1 of 11 claims.");
    assert_null(strstr(text, "python"));
    assert_said(text, "10 claims have a verdict on one of them at most");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_agree_and_part_by_themselves),
        cmocka_unit_test(a_pair_of_one_run_is_counted_nowhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
