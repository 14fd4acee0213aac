/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nursery.h"

#include "base/clock.h"
#include "subject/parameter.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

static int verify(const struct nursery *nursery, struct error *error)
{
    int64_t children = nursery->scopes * nursery->children;
    if (nursery->answers != children || nursery->idle != children)
        return error_set(error, -EPROTO,
                         "nursery: of %" PRId64 " children %" PRId64
                         " had their answer, and %" PRId64 " idle ones ended",
                         children, (int64_t)nursery->answers, (int64_t)nursery->idle);
    int64_t leaves = nursery->trees * nursery_leaf_count(nursery, nursery->depth);
    if (nursery->leaves != leaves || nursery->outlived != 0)
        return error_set(error, -EPROTO,
                         "nursery: %" PRId64 " of %" PRId64 " leaves ended, %" PRId64
                         " scopes left too early",
                         nursery->leaves, leaves, (int64_t)nursery->outlived);
    return 0;
}

static int run_all(struct nursery *nursery, struct error *error)
{
    int result = nursery_asking_scopes(nursery, error);
    if (result == 0)
        result = nursery_idle_scopes(nursery, error);
    if (result == 0)
        result = nursery_trees(nursery, error);
    if (result == 0)
        result = verify(nursery, error);
    if (result == 0)
        result = nursery_failures(nursery, error);
    return result;
}

static int run(struct nursery *nursery, struct error *error)
{
    if (nursery->failing > nursery->children)
        nursery->failing = nursery->children;
    if (samples_init(&nursery->quiet, (size_t)nursery->rounds) != 0)
        return error_set(error, -ENOMEM, "nursery: no memory");
    int result = peer_start(&nursery->peer, (int)nursery->children);
    if (result != 0)
        return error_set(error, result, "nursery: nobody to ask: %s", strerror(-result));
    result = run_all(nursery, error);
    peer_stop(&nursery->peer);
    return result;
}

static void print_figures(struct nursery *nursery)
{
    double scopes = (double)nursery->scopes;
    double children = scopes * (double)nursery->children;
    metric_print("asking_scope_ns", (double)nursery->asking_ns / scopes);
    metric_print("asking_child_ns", (double)nursery->asking_ns / children);
    metric_print(nursery_idle_key, (double)nursery->idle_ns / children);
    metric_print_samples("failure_to_quiet", &nursery->quiet);
}

int main(int argc, char **argv)
{
    struct nursery nursery = {
        .children = 4, .failing = 2, .rounds = 10000, .scopes = 2000, .trees = 5, .depth = 3};
    const struct parameter parameters[] = {
        {"children", "count", "children of each scope", &nursery.children, 1, NURSERY_CHILDREN_MAX,
         NULL, NULL},
        {"failing", "count", "of them, children that fail", &nursery.failing, 1,
         NURSERY_CHILDREN_MAX, NULL, NULL},
        {"rounds", "count", "scopes in which children fail", &nursery.rounds, 1, 1000000, NULL,
         NULL},
        {"scopes", "count", "scopes whose children ask, or do nothing", &nursery.scopes, 1, 1000000,
         NULL, NULL},
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
