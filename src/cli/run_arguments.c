/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/run_arguments.h"

#include "base/text.h"
#include "run/label.h"

#include <argp.h>
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    OPTION_AA = 256,
    OPTION_QUICK,
    OPTION_FULL,
    OPTION_PROFILE,
    OPTION_ONLY,
    OPTION_SCENARIO,
    OPTION_MODEL,
    OPTION_STORE,
    OPTION_BLOCKS,
    OPTION_SHARDS,
    OPTION_LIFT,
    OPTION_SEED,
    OPTION_WAITERS,
    OPTION_OUTPUT,
    OPTION_LABEL,
    OPTION_SUBJECT,
    OPTION_WAIT,
    OPTION_BASELINE,
    OPTION_PLAN,
    OPTION_ACTIVE,
    OPTION_IDLE,
    OPTION_RUNTIMES,
    OPTION_CLIENT,
    OPTION_HOST,
    OPTION_WORK, /* and one for each of work_options behind it */
};

/* What a request costs, in the words of the subjects' own options; OPTION_WORK is the first. */
static const struct work_option {
    const char *name;
    const char *key; /* of a plan's work */
} work_options[] = {
    {"work-cpu-us", "cpu_us"},     {"work-stack", "stack_bytes"}, {"work-heap", "heap_bytes"},
    {"work-cache", "cache_bytes"}, {"work-slow-us", "slow_us"},   {"work-slow-every", "slow_every"},
    {"hold", "hold_bytes"},
};

#define WORK_OPTIONS (sizeof work_options / sizeof *work_options)

static void parse_profile(struct run_options *options, const char *text, struct argp_state *state)
{
    static const char *const names[] = {"quick", "default", "full", "far", "runtimes"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(text, names[i]) == 0) {
            options->profile = text;
            return;
        }
    argp_error(state, "--profile takes quick, default, full, far or runtimes, not '%s'", text);
}

/* Numbers from `low` with commas between. */
static void parse_numbers(const char *option, const char *text, int64_t low, int64_t *numbers,
                          size_t *count, struct argp_state *state)
{
    int read = text_parse_int64_list(text, low, PLAN_NUMBER_MAX, numbers, PLAN_WAITERS_MAX);
    if (read < 0)
        argp_error(state,
                   "%s takes up to %d numbers from %lld to %lld with commas between, not '%s'",
                   option, PLAN_WAITERS_MAX, (long long)low, (long long)PLAN_NUMBER_MAX, text);
    *count = (size_t)read;
}

static int64_t parse_number(const char *name, const char *text, int64_t high,
                            struct argp_state *state)
{
    int64_t value = 0;
    if (text_parse_int64(text, 1, high, &value) < 0)
        argp_error(state, "%s takes a whole number from 1 to %lld, not '%s'", name, (long long)high,
                   text);
    return value;
}

static void parse_work(struct plan_changes *changes, const struct work_option *option,
                       const char *text, struct argp_state *state)
{
    int64_t low;
    int64_t high;
    int64_t *value = plan_changes_work(changes, option->key, &low, &high);
    int64_t read = 0;
    if (text_parse_int64(text, low, high, &read) < 0)
        argp_error(state, "--%s takes a whole number from %lld to %lld, not '%s'", option->name,
                   (long long)low, (long long)high, text);
    *value = read;
}

/* A name nobody knows is a typo; measuring nothing because of it would be a bad answer. */
static void check_list(const char *option, const char *list, bool (*known)(const char *name),
                       struct argp_state *state)
{
    char *copy = strdup(list);
    char *rest = copy;
    if (!copy)
        argp_failure(state, EXIT_MEASUREMENT_FAILED, 0, "out of memory");
    for (char *name = strsep(&rest, ","); name; name = strsep(&rest, ","))
        if (!known(name))
            argp_error(state, "%s: '%s' is unknown; `waitbench list` shows what there is", option,
                       name);
    free(copy);
}

static void parse_label(struct run_options *options, const char *text, struct argp_state *state)
{
    if (!run_label_is_fit(text))
        argp_error(state,
                   "--label takes 1 to %d bytes of printable UTF-8 without a blank at either end",
                   RUN_LABEL_SIZE - 1);
    options->label = text;
}

static void add_subject(struct run_options *options, const char *text, struct argp_state *state)
{
    if (options->subject_count == RUN_SUBJECTS_MAX)
        argp_error(state, "--subject can be given at most %d times", RUN_SUBJECTS_MAX);
    else
        options->subjects[options->subject_count++] = text;
}

static void add_client(struct run_options *options, const char *text, struct argp_state *state)
{
    if (options->client_count == CLIENTS_MAX)
        argp_error(state, "--client can be given at most %d times", CLIENTS_MAX);
    else
        options->clients[options->client_count++] = text;
}

/* Nothing connects to the others: any host's, several hosts', all hosts'. */
static bool is_of_one_host(struct in_addr address)
{
    in_addr_t bits = ntohl(address.s_addr);
    return bits != INADDR_ANY && !IN_MULTICAST(bits) && bits != INADDR_BROADCAST;
}

/* A name may stand for several addresses, of which a server would bind one and clients try
 * another. */
static void parse_host(struct run_options *options, const char *text, struct argp_state *state)
{
    struct in_addr address;
    if (inet_pton(AF_INET, text, &address) != 1 || !is_of_one_host(address))
        argp_error(state,
                   "--host takes a numeric IPv4 address of this machine that clients can reach, "
                   "not '%s'",
                   text);
    options->host = text;
}

/* Names with commas between, of which somebody knows each. */
static bool parse_names(int key, const char *text, struct run_options *options,
                        struct argp_state *state)
{
    const struct {
        int key;
        const char *option;
        bool (*known)(const char *name);
        const char **list;
    } lists[] = {
        {OPTION_ONLY, "--only", run_experiment_is_known, &options->only},
        {OPTION_SCENARIO, "--scenario", run_scenario_is_known, &options->scenario},
        {OPTION_STORE, "--store", run_store_is_known, &options->store},
        {OPTION_MODEL, "--model", run_model_is_known, &options->model},
    };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (lists[i].key == key) {
            check_list(lists[i].option, text, lists[i].known, state);
            *lists[i].list = text;
            return true;
        }
    return false;
}

/* What is set instead of what the plan has. */
static bool parse_change(int key, const char *text, struct plan_changes *changes,
                         struct argp_state *state)
{
    switch (key) {
    case OPTION_BLOCKS:
        changes->blocks = parse_number("--blocks", text, PLAN_BLOCKS_MAX, state);
        return true;
    case OPTION_SHARDS:
        changes->shards = parse_number("--shards", text, PLAN_SHARDS_MAX, state);
        return true;
    case OPTION_WAITERS:
        parse_numbers("--waiters", text, 1, changes->waiters, &changes->waiters_count, state);
        return true;
    case OPTION_ACTIVE:
        parse_numbers("--active", text, 1, changes->active, &changes->active_count, state);
        return true;
    case OPTION_IDLE:
        parse_numbers("--idle", text, 0, changes->idle, &changes->idle_count, state);
        return true;
    default:
        if (key < OPTION_WORK || key >= OPTION_WORK + (int)WORK_OPTIONS)
            return false;
        parse_work(changes, &work_options[key - OPTION_WORK], text, state);
        return true;
    }
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct run_options *options = state->input;
    switch (key) {
    case OPTION_QUICK:
        options->profile = "quick";
        return 0;
    case OPTION_FULL:
        options->profile = "full";
        return 0;
    case OPTION_AA:
        options->aa = true;
        return 0;
    case OPTION_PROFILE:
        parse_profile(options, text, state);
        return 0;
    case OPTION_PLAN:
        options->plan_path = text;
        return 0;
    case OPTION_SEED:
        options->seed = (uint64_t)parse_number("--seed", text, INT64_MAX, state);
        return 0;
    case OPTION_OUTPUT:
        options->output = text;
        return 0;
    case OPTION_LABEL:
        parse_label(options, text, state);
        return 0;
    case OPTION_SUBJECT:
        add_subject(options, text, state);
        return 0;
    case OPTION_RUNTIMES:
        options->runtimes = text;
        return 0;
    case OPTION_CLIENT:
        add_client(options, text, state);
        return 0;
    case OPTION_HOST:
        parse_host(options, text, state);
        return 0;
    case OPTION_LIFT:
        options->lift_limits = true;
        return 0;
    case OPTION_WAIT:
        options->wait = true;
        return 0;
    case OPTION_BASELINE:
        options->baseline = text;
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "unexpected argument '%s'", text);
        return 0;
    default:
        return parse_names(key, text, options, state) ||
                       parse_change(key, text, &options->changes, state)
                   ? 0
                   : ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option option_table[] = {
    {"profile", OPTION_PROFILE, "NAME", 0,
     "the plan that is run: quick, default, full, far or runtimes", 0},
    /* As run_all.sh has them. */
    {"quick", OPTION_QUICK, NULL, OPTION_HIDDEN, NULL, 0},
    {"full", OPTION_FULL, NULL, OPTION_HIDDEN, NULL, 0},
    {"plan", OPTION_PLAN, "FILE", 0, "a plan of one's own instead; bench/plans/ has ours", 0},
    {"only", OPTION_ONLY, "NAME,...", 0, "these experiments only; `waitbench list` names them", 0},
    {"scenario", OPTION_SCENARIO, "NAME,...", 0, "these scenarios only", 0},
    {"store", OPTION_STORE, "NAME,...", 0,
     "these stores of web servers only: memory, sqlite, postgres; settings without one are left "
     "out",
     0},
    {"model", OPTION_MODEL, "NAME,...", 0,
     "these models only: threads, loop, loops, pool, sockets; none leaves only foreign "
     "subjects and runtimes",
     0},
    {"blocks", OPTION_BLOCKS, "B", 0,
     "how often every arm is measured (6 in the default profile; "
     "fewer give no verdict)",
     1},
    {"shards", OPTION_SHARDS, "S", 0,
     "processes that share a server's connections, for more of them than one may have", 1},
    {"seed", OPTION_SEED, "S", 0, "the same seed gives the same order, schedule and payload", 0},
    {"waiters", OPTION_WAITERS, "N,N,...", 0, "these numbers of waiters; slopes take four", 1},
    {"active", OPTION_ACTIVE, "K,K,...", 0, "these numbers of active connections under load", 1},
    {"idle", OPTION_IDLE, "N,N,...", 0, "these numbers of idle ones beside them in latency", 1},
    {"output", OPTION_OUTPUT, "DIR", 0, "the run's folder, new or empty (results/MACHINE/TIME)", 0},
    {"label", OPTION_LABEL, "NAME", 0,
     "what charts and tables call this machine (its CPU, how many, and whether it is virtual)", 0},
    {"subject", OPTION_SUBJECT, "NAME=CMD", 0,
     "measure this program too; it speaks the subject contract and takes part in echo. An HTTP "
     "server is not a subject of web yet: `waitbench load` puts load on one",
     0},
    {"runtimes", OPTION_RUNTIMES, "NAME,...", 0,
     "measure these runtimes, too: names, groups such as python, or all; `waitbench list` shows "
     "them. "
     "What is not installed is left out by name",
     0},
    {"client", OPTION_CLIENT, "PREFIX", 0,
     "a load generator behind this command, such as 'ssh load1'; again for another: they begin "
     "together, on one schedule. waitbench must be there, at the same path or at the one that "
     "PREFIX "
     "ends with",
     0},
    {"host", OPTION_HOST, "ADDRESS", 0, "what servers bind and clients connect to (127.0.0.1)", 0},
    {"baseline", OPTION_BASELINE, "NAME", 0,
     "set every other arm against this one in summary.csv; else foreign subjects are set against "
     "one another (every pair of up to 4, each against the first of more) and against ours",
     0},
    {"aa", OPTION_AA, NULL, 0,
     "measure threads and loop against themselves, in one setting of each kind, and say how often "
     "they are called different",
     0},
    {"lift-limits", OPTION_LIFT, NULL, 0,
     "as root, raise what bounds threads and connections on this machine (kernel.pid_max and the "
     "like) until the run's end, whatever ends it",
     0},
    {"wait", OPTION_WAIT, NULL, 0, "begin when no other run is at work here", 0},
    {NULL, 0, NULL, 0, "Instead of what the plan's settings have:", 1},
    {NULL, 0, NULL, 0, "Work of a request, likewise:", 2},
    {"work-cpu-us", OPTION_WORK + 0, "U", 0, "processor time of a request", 2},
    {"work-stack", OPTION_WORK + 1, "BYTES", 0, "stack that a request touches", 2},
    {"work-heap", OPTION_WORK + 2, "BYTES", 0, "memory a request allocates, touches and frees", 2},
    {"work-cache", OPTION_WORK + 3, "BYTES", 0,
     "memory of the connection's own that a request touches", 2},
    {"work-slow-us", OPTION_WORK + 4, "U", 0, "what a slow request takes more", 2},
    {"work-slow-every", OPTION_WORK + 5, "E", 0, "one request in so many is slow", 2},
    {"hold", OPTION_WORK + 6, "BYTES", 0, "live heap of a connection", 2},
    {0},
};

void run_arguments_parse(struct run_options *options, int argc, char **argv)
{
    static const struct argp argp = {
        option_table,
        parse_option,
        NULL,
        "Measures what it costs to wait, and writes a run folder: CSVs, charts, report. Exit code: "
        "0 when all of it was done; 1 when a trial failed, or a chart; 3 when something is missing "
        "(where that is gnuplot: all but the charts is there); 2 for wrong usage.",
        NULL,
        NULL,
        NULL,
    };
    argp_err_exit_status = EXIT_USAGE;
    argp_parse(&argp, argc, argv, 0, NULL, options);
}
