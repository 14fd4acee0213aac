/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nursery.h"

#include "base/clock.h"
#include "subject/parameter.h"

#include <errno.h>
#include <inttypes.h>

void nursery_note_error(struct nursery_round *round, int error)
{
    int64_t child = -error - 1000;
    round->error_count++;
    if (child >= 0 && child < NURSERY_CHILDREN_MAX)
        round->error_bits |= UINT64_C(1) << child;
}

int nursery_note_quiet(struct nursery_round *round, struct error *error)
{
    const struct nursery *nursery = round->nursery;
    samples_add(&round->nursery->quiet, clock_now_ns() - round->failed_ns);
    if (round->alive != 0)
        return error_set(error, -EPROTO, "nursery: %d children outlived their scope", round->alive);
    uint64_t expected_bits = UINT64_MAX >> (NURSERY_CHILDREN_MAX - nursery->failing);
    if (round->error_count != nursery->failing || round->error_bits != expected_bits)
        return error_set(error, -EPROTO,
                         "nursery: of %" PRId64 " errors %" PRId64 " came out (bits %" PRIx64 ")",
                         nursery->failing, round->error_count, round->error_bits);
    return 0;
}

int64_t nursery_leaf_count(const struct nursery *nursery, int64_t depth)
{
    int64_t count = 1;
    for (int64_t i = 0; i < depth; i++)
        count *= nursery->children;
    return count;
}

static int verify(const struct nursery *nursery, struct error *error)
{
    int64_t idle = nursery->scopes * nursery->children;
    if (nursery->idle != idle)
        return error_set(error, -EPROTO, "nursery: %" PRId64 " of %" PRId64 " children ended",
                         (int64_t)nursery->idle, idle);
    int64_t leaves = nursery->trees * nursery_leaf_count(nursery, nursery->depth);
    if (nursery->leaves != leaves || nursery->outlived != 0)
        return error_set(error, -EPROTO,
                         "nursery: %" PRId64 " of %" PRId64 " leaves ended, %" PRId64
                         " scopes left too early",
                         nursery->leaves, leaves, (int64_t)nursery->outlived);
    return 0;
}

static int run(struct nursery *nursery, struct error *error)
{
    if (nursery->failing > nursery->children)
        nursery->failing = nursery->children;
    if (samples_init(&nursery->quiet, (size_t)nursery->rounds) != 0)
        return error_set(error, -ENOMEM, "nursery: no memory");
    int result = nursery_scopes(nursery, error);
    if (result == 0)
        result = nursery_trees(nursery, error);
    if (result == 0)
        result = verify(nursery, error);
    if (result == 0)
        result = nursery_failures(nursery, error);
    return result;
}

static void print_figures(struct nursery *nursery)
{
    double scope_ns = (double)nursery->scopes_ns / (double)nursery->scopes;
    metric_print("scope_ns", scope_ns);
    metric_print("child_ns", scope_ns / (double)nursery->children);
    metric_print_samples("failure_to_quiet", &nursery->quiet);
}

int main(int argc, char **argv)
{
    struct nursery nursery = {
        .children = 4, .failing = 2, .rounds = 10000, .scopes = 5000, .trees = 5, .depth = 3};
    const struct parameter parameters[] = {
        {"children", "count", "children of each scope", &nursery.children, 1, NURSERY_CHILDREN_MAX,
         NULL, NULL},
        {"failing", "count", "of them, children that fail", &nursery.failing, 1,
         NURSERY_CHILDREN_MAX, NULL, NULL},
        {"rounds", "count", "scopes in which children fail", &nursery.rounds, 1, 1000000, NULL,
         NULL},
        {"scopes", "count", "scopes whose children do nothing", &nursery.scopes, 1, 1000000, NULL,
         NULL},
        {"trees", "count", "trees of scopes in scopes", &nursery.trees, 0, 1000, NULL, NULL},
        {"depth", "count", "of a tree", &nursery.depth, 1, 4, NULL, NULL},
        {0},
    };
    struct error error;
    parameters_parse(parameters, "Scopes that are left when their children have ended.", argc,
                     argv);
    int result = run(&nursery, &error);
    if (result == 0) {
        parameters_print(parameters);
        print_figures(&nursery);
    }
    samples_finish(&nursery.quiet);
    if (result == 0)
        return metric_end();
    error_print("%s", error.text);
    return EXIT_MEASUREMENT_FAILED;
}
