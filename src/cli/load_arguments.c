/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/load_arguments.h"

#include "base/clock.h"
#include "base/text.h"

#include <argp.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum option_key {
    KEY_PORT = 256,
    KEY_CONNECTIONS,
    KEY_HOST,
    KEY_PROTOCOL,
    KEY_ACTIVE,
    KEY_RATE,
    KEY_CLOSED,
    KEY_ARRIVALS,
    KEY_DURATION,
    KEY_WARMUP,
    KEY_SIZE,
    KEY_IDLE_WAIT,
    KEY_SEED,
    KEY_CPUS,
    KEY_CSV,
    KEY_HGRM,
    KEY_REQUESTS,
    KEY_PATH,
    KEY_IDS,
    KEY_NO_VERIFY_BODY,
};

static const struct argp_option option_table[] = {
    {"port", KEY_PORT, "P", 0, "port of the server", 0},
    {"host", KEY_HOST, "H", 0, "its host (127.0.0.1)", 0},
    {"protocol", KEY_PROTOCOL, "NAME", 0, "what it speaks (echo)", 0},
    {"connections", KEY_CONNECTIONS, "N", 0, "connections to open", 0},
    {"active", KEY_ACTIVE, "K", 0, "how many of them carry requests (all)", 0},
    {"rate", KEY_RATE, "R", 0, "open loop: requests per second, whatever the server does", 0},
    {"closed", KEY_CLOSED, NULL, 0, "closed loop: each reply is followed by a request", 0},
    {"arrivals", KEY_ARRIVALS, "KIND", 0, "poisson or constant (poisson)", 0},
    {"duration", KEY_DURATION, "S", 0, "seconds measured (10)", 0},
    {"warmup", KEY_WARMUP, "S", 0, "seconds of load before that (1)", 0},
    {"size", KEY_SIZE, "BYTES", 0, "echo: of each request, 8 to 1048576 (64)", 0},
    {"path", KEY_PATH, "PATH", 0,
     "http: what is asked for; {id} stands for an id drawn at random (/item/{id})", 0},
    {"ids", KEY_IDS, "LOW..HIGH", 0, "http: the first and the last of those ids (1..100000)", 0},
    {"no-verify-body", KEY_NO_VERIFY_BODY, NULL, 0,
     "http: take replies with any body, from any server; without it, a body must be the row that "
     "waitbench's own servers have from --seed",
     0},
    {"requests-per-connection", KEY_REQUESTS, "R", 0,
     "connect an active connection again after R replies (never); the handshake counts", 0},
    {"idle-wait", KEY_IDLE_WAIT, "HOW", 0,
     "spin or block while there is nothing to do (spin); it changes the result", 0},
    {"seed", KEY_SEED, "S", 0, "of schedule, payload, ids and rows (1)", 0},
    {"cpus", KEY_CPUS, "LIST", 0,
     "CPUs for the generator, a thread on each (half of those this process may use)", 0},
    {"csv", KEY_CSV, "FILE", 0, "write the row there (standard output)", 0},
    {"hgrm", KEY_HGRM, "FILE", 0, "write the percentiles there, in HdrHistogram's format", 0},
    {0},
};

/* The protocol of that name, or the end of the program. */
static const struct protocol *parse_protocol(struct argp_state *state, const char *text)
{
    const struct protocol *protocol = protocol_find(text);
    char names[256];
    protocol_names(names, sizeof names);
    if (!protocol)
        argp_error(state, "there is no protocol '%s'; there is: %s", text, names);
    return protocol;
}

/* The number behind an option, or the end of the program: argp_error exits 2. */
static int64_t parse_count(struct argp_state *state, const char *name, const char *text,
                           int64_t low, int64_t high)
{
    int64_t value = low;
    if (text_parse_int64(text, low, high, &value) < 0)
        argp_error(state, "--%s takes a number from %" PRId64 " to %" PRId64 ", not '%s'", name,
                   low, high, text);
    return value;
}

static double parse_number(struct argp_state *state, const char *name, const char *text)
{
    double value = 0;
    if (text_parse_double(text, &value) < 0 || value < 0)
        argp_error(state, "--%s takes a number, not '%s'", name, text);
    return value;
}

static int64_t parse_seconds(struct argp_state *state, const char *name, const char *text)
{
    double seconds = parse_number(state, name, text);
    if (seconds > 86400)
        argp_error(state, "--%s takes at most 86400 seconds, not '%s'", name, text);
    return (int64_t)(seconds * (double)NS_PER_SECOND);
}

/* Which of two words; true for the second. */
static bool parse_either(struct argp_state *state, const char *name, const char *text,
                         const char *first, const char *second)
{
    if (strcmp(text, first) != 0 && strcmp(text, second) != 0)
        argp_error(state, "--%s takes %s or %s, not '%s'", name, first, second, text);
    return strcmp(text, second) == 0;
}

static void parse_ids(struct argp_state *state, const char *text, struct load_options *load)
{
    char low[32];
    const char *dots = strstr(text, "..");
    size_t length = dots ? (size_t)(dots - text) : 0;
    bool good = length > 0 && length < sizeof low;
    if (good) {
        memcpy(low, text, length);
        low[length] = '\0';
        good = text_parse_int64(low, 0, INT64_MAX, &load->id_low) == 0 &&
               text_parse_int64(dots + 2, 0, INT64_MAX, &load->id_high) == 0;
    }
    if (!good)
        argp_error(state, "--ids takes the first and the last, such as 1..1000, not '%s'", text);
}

/* An option that would change nothing is refused, rather than taken for what it seems to say. */
static void check_used(struct argp_state *state, const struct protocol *protocol, bool given,
                       const char *name)
{
    if (given && !protocol_find_option(protocol, name))
        argp_error(state, "the protocol %s has no use for --%s", protocol->name, name);
}

static void check_given(struct argp_state *state, struct load_arguments *arguments)
{
    struct load_options *load = &arguments->load;
    struct error error;
    if (load->port == 0)
        argp_error(state, "--port is missing");
    if (load->connections == 0)
        argp_error(state, "--connections is missing");
    if (load->closed == arguments->rate_given)
        argp_error(state, "give either --rate or --closed");
    check_used(state, load->protocol, arguments->size_given, "size");
    check_used(state, load->protocol, arguments->path_given, "path");
    check_used(state, load->protocol, arguments->ids_given, "ids");
    check_used(state, load->protocol, !load->verify_body, "no-verify-body");
    load->data_seed = load->seed;
    if (load->active == 0)
        load->active = load->connections;
    if (load_options_check(load, &error) < 0)
        argp_error(state, "%s", error.text);
}

/* What load there is to be. Returns false for a key that is none of these. */
static bool parse_load(int key, const char *text, struct argp_state *state,
                       struct load_options *load)
{
    switch (key) {
    case KEY_PORT:
        load->port = (int)parse_count(state, "port", text, 1, 65535);
        return true;
    case KEY_CONNECTIONS:
        load->connections = parse_count(state, "connections", text, 1, LOAD_CONNECTIONS_MAX);
        return true;
    case KEY_ACTIVE:
        load->active = parse_count(state, "active", text, 1, LOAD_CONNECTIONS_MAX);
        return true;
    case KEY_ARRIVALS:
        load->constant = parse_either(state, "arrivals", text, "poisson", "constant");
        return true;
    case KEY_DURATION:
        load->duration_ns = parse_seconds(state, "duration", text);
        return true;
    case KEY_WARMUP:
        load->warmup_ns = parse_seconds(state, "warmup", text);
        return true;
    case KEY_REQUESTS:
        load->requests_per_connection =
            parse_count(state, "requests-per-connection", text, 0, INT64_MAX);
        return true;
    case KEY_IDLE_WAIT:
        load->block = parse_either(state, "idle-wait", text, "spin", "block");
        return true;
    case KEY_SEED:
        load->seed = (uint64_t)parse_count(state, "seed", text, 0, INT64_MAX);
        return true;
    default:
        return false;
    }
}

/* What is spoken, and of what. */
static bool parse_spoken(int key, const char *text, struct argp_state *state,
                         struct load_arguments *arguments)
{
    struct load_options *load = &arguments->load;
    switch (key) {
    case KEY_PROTOCOL:
        load->protocol = parse_protocol(state, text);
        return true;
    case KEY_SIZE:
        load->size_bytes = parse_count(state, "size", text, 0, INT64_MAX);
        arguments->size_given = true;
        return true;
    case KEY_PATH:
        load->path = text;
        arguments->path_given = true;
        return true;
    case KEY_IDS:
        parse_ids(state, text, load);
        arguments->ids_given = true;
        return true;
    case KEY_NO_VERIFY_BODY:
        load->verify_body = false;
        return true;
    default:
        return false;
    }
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct load_arguments *arguments = state->input;
    if (parse_load(key, text, state, &arguments->load) || parse_spoken(key, text, state, arguments))
        return 0;
    switch (key) {
    case KEY_HOST:
        arguments->load.host = arguments->load.host_name = text;
        return 0;
    case KEY_RATE:
        arguments->load.rate_per_second = parse_number(state, "rate", text);
        arguments->rate_given = true;
        return 0;
    case KEY_CLOSED:
        arguments->load.closed = true;
        return 0;
    case KEY_CPUS:
        arguments->cpus = text;
        return 0;
    case KEY_CSV:
        arguments->csv_path = text;
        return 0;
    case KEY_HGRM:
        arguments->hgrm_path = text;
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "what is '%s'? Options begin with --", text);
        return 0;
    case ARGP_KEY_END:
        check_given(state, arguments);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* The end of the help: argp frees it. */
static char *help_cb(int key, const char *text, void *input)
{
    char names[256];
    char *line;
    (void)input;
    if (key != ARGP_KEY_HELP_POST_DOC)
        return (char *)text;
    protocol_names(names, sizeof names);
    return asprintf(&line, "Protocols: %s.", names) < 0 ? NULL : line;
}

void load_arguments_parse(struct load_arguments *arguments, int argc, char **argv)
{
    const struct argp argp = {
        .options = option_table,
        .parser = parse_option,
        .doc = "Puts load on a server and measures how it answers: open loop, so that a "
               "stall cannot hide, or closed loop, for its capacity.",
        .help_filter = help_cb,
    };
    char name[] = "waitbench load";
    *arguments = (struct load_arguments){0};
    load_options_init(&arguments->load);
    arguments->load.connections = 0;
    arguments->load.active = 0;
    argp_err_exit_status = EXIT_USAGE;
    argv[0] = name;
    argp_parse(&argp, argc, argv, 0, NULL, arguments);
    argv[0] = NULL;
}
