/* SPDX-License-Identifier: GPL-3.0-or-later */
/* waitbench load: put load on any server that speaks a known protocol and say how it answered. */
#include "cli/command.h"

#include "base/clock.h"
#include "base/interrupt.h"
#include "cli/load_arguments.h"
#include "load/connection/connector.h"
#include "load/connection/endpoint.h"
#include "load/row.h"
#include "measure/limits/limits.h"
#include "measure/placement/placement.h"
#include "run/columns.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PLAIN_PROGRESS_NS (10 * NS_PER_SECOND)

static const char *const columns[] = {LOAD_COLUMNS, LOAD_COLUMNS_LATER, LOAD_COLUMNS_LAST,
                                      "other_p90_ns"};

struct progress_line {
    bool terminal;
    int64_t printed_ns;
};

static void progress_cb(void *data, const struct load_progress *progress)
{
    static const char *const phases[] = {"connecting", "connected", "warming up and measuring",
                                         "draining", "finished"};
    struct progress_line *line = data;
    int64_t now_ns = clock_now_ns();
    if (!line->terminal && now_ns - line->printed_ns < PLAIN_PROGRESS_NS)
        return;
    line->printed_ns = now_ns;
    fprintf(stderr, "%s%s: %" PRId64 " connected, %" PRId64 " answered, %.1f s left%s",
            line->terminal ? "\r\033[K" : "", phases[progress->phase], progress->connected,
            progress->answered, (double)progress->left_ns / (double)NS_PER_SECOND,
            line->terminal ? "" : "\n");
}

/* The generator's CPUs: those named, or the clients' half of those this process may use. */
struct client_cpus {
    int list[LOAD_THREADS_MAX];
    size_t count;
    char text[PLACEMENT_LIST_MAX];
};

static int client_cpus_from(struct client_cpus *cpus, hwloc_const_bitmap_t set, struct error *error)
{
    cpus->count = 0;
    for (int cpu = hwloc_bitmap_first(set); cpu >= 0; cpu = hwloc_bitmap_next(set, cpu)) {
        if (cpus->count == LOAD_THREADS_MAX)
            return error_set(error, -E2BIG, "more than %d CPUs", LOAD_THREADS_MAX);
        cpus->list[cpus->count++] = cpu;
    }
    if (cpus->count == 0 || placement_format(set, cpus->text, sizeof cpus->text) < 0)
        return error_set(error, -EINVAL, "no CPUs for the generator");
    return 0;
}

static int client_cpus_choose(struct client_cpus *cpus, const char *list, struct error *error)
{
    struct placement placement = {0};
    hwloc_bitmap_t named = hwloc_bitmap_alloc();
    int result = 0;
    if (!named)
        result = error_set(error, -ENOMEM, "out of memory");
    else if (!list)
        result = placement_detect(&placement, error);
    else if (hwloc_bitmap_list_sscanf(named, list) < 0 || hwloc_bitmap_weight(named) < 1)
        result = error_set(error, -EINVAL, "--cpus takes a list such as 2-3,5, not '%s'", list);
    if (result == 0)
        result = client_cpus_from(cpus, list ? named : placement.client_cpus, error);
    placement_finish(&placement);
    hwloc_bitmap_free(named);
    return result;
}

static void print_time(int64_t value_ns)
{
    if (value_ns < 0)
        fprintf(stderr, " %10s", "-");
    else
        fprintf(stderr, " %10.1f", (double)value_ns / (double)NS_PER_US);
}

static const double quantiles[] = {0.5, 0.9, 0.99, 0.999, 0.9999};
#define QUANTILE_COUNT (sizeof quantiles / sizeof quantiles[0])

/* An empty one has no longest. */
static void print_longest(const struct histogram *histogram)
{
    print_time(histogram_count(histogram) > 0 ? histogram_max_ns(histogram) : -1);
    fputc('\n', stderr);
}

static void print_times(const char *name, const struct histogram *histogram)
{
    if (!histogram)
        return;
    fprintf(stderr, "%-26s", name);
    for (size_t i = 0; i < QUANTILE_COUNT; i++)
        print_time(histogram_resolved_ns(histogram, quantiles[i]));
    print_longest(histogram);
}

static void print_latency(const struct load_result *result)
{
    if (!result->latency)
        return;
    fprintf(stderr, "%-26s", "latency (intended send)");
    for (size_t i = 0; i < QUANTILE_COUNT; i++)
        print_time(load_result_quantile_ns(result, quantiles[i]));
    print_longest(result->latency);
}

static void print_offered(const struct load_options *options, const struct load_result *result)
{
    if (options->closed)
        fprintf(stderr, "closed loop on %" PRId64 " connections\n", options->active);
    else
        fprintf(stderr,
                "open loop, %.1f requests per second offered (%s); backlog when the window began: "
                "%" PRId64 " requests\n",
                options->rate_per_second, options->constant ? "constant" : "poisson",
                result->backlog_begin);
}

/* An open loop's rate is of the window's own requests. */
static void print_rate(const struct load_result *result)
{
    int64_t earlier = result->replies - result->punctual;
    fprintf(stderr, "%.1f replies per second over %.3f s", result->achieved_per_second,
            (double)result->duration_ns / (double)NS_PER_SECOND);
    if (result->latency && earlier > 0)
        fprintf(stderr, ", and %" PRId64 " more in all to requests from before", earlier);
    fprintf(stderr, "; generator %.0f %% busy%s\n", 100 * result->client_busy,
            result->client_bound && !result->latency ? ": it may be the limit" : "");
}

static void print_result(const struct load_options *options, const struct load_result *result)
{
    print_offered(options, result);
    fprintf(stderr,
            "%" PRId64 " requests offered: %" PRId64 " answered, %" PRId64 " lost, %" PRId64
            " failed\n",
            result->offered, result->answered, result->lost, result->failed);
    if (result->reconnects > 0)
        fprintf(stderr,
                "%" PRId64 " connections opened again; %" PRId64
                " requests sent once more that may have crossed a close\n",
                result->reconnects, result->repeated);
    print_rate(result);
    fprintf(stderr,
            "longest without a reply %.3f ms; %" PRId64
            " stalls of the generator, %.3f ms in all\n",
            (double)result->silence_ns / (double)NS_PER_MS, result->stalls.count,
            (double)result->stalls.sum_ns / (double)NS_PER_MS);
    fprintf(stderr, "%-26s %10s %10s %10s %10s %10s %10s\n", "microseconds", "p50", "p90", "p99",
            "p99.9", "p99.99", "max");
    print_latency(result);
    print_times("service (actual send)", result->service);
    print_times("lateness of the generator", result->lateness);
    print_times("reply unread by the client", result->reply_delay);
}

/* What is written, besides what goes to stderr. */
struct outputs {
    struct csv_writer *csv;
    const char *csv_path; /* NULL: standard output */
    bool has_row;
    FILE *hgrm;
    const char *hgrm_path; /* or NULL */
    bool has_hgrm;
};

static int open_csv(struct outputs *outputs, struct error *error)
{
    size_t count = sizeof columns / sizeof columns[0];
    if (outputs->csv_path)
        return csv_create(&outputs->csv, outputs->csv_path, columns, count, error);
    int fd = dup(STDOUT_FILENO);
    if (fd < 0)
        return error_set(error, -errno, "cannot write to standard output: %s", strerror(errno));
    return csv_create_on(&outputs->csv, fd, "standard output", columns, count, error);
}

/* A file that got nothing would only be in the way of the next try. */
static void outputs_close(struct outputs *outputs)
{
    if (outputs->csv && outputs->csv_path && !outputs->has_row)
        unlink(outputs->csv_path);
    csv_destroy(outputs->csv);
    if (outputs->hgrm)
        fclose(outputs->hgrm);
    if (outputs->hgrm && !outputs->has_hgrm)
        unlink(outputs->hgrm_path);
}

/* Before the load, so that a wrong name does not cost a run. Returns 0, or -errno with `error` set
 * and nothing left. */
static int outputs_open(struct outputs *outputs, const struct load_arguments *arguments,
                        struct error *error)
{
    *outputs = (struct outputs){
        .csv_path = arguments->csv_path,
        .hgrm_path = arguments->hgrm_path,
    };
    int code = open_csv(outputs, error);
    if (code == 0 && outputs->hgrm_path) {
        outputs->hgrm = fopen(outputs->hgrm_path, "wxe");
        if (!outputs->hgrm)
            code = error_set(error, -errno, "cannot create %s: %s", outputs->hgrm_path,
                             strerror(errno));
    }
    if (code < 0)
        outputs_close(outputs);
    return code;
}

static int write_hgrm(struct outputs *outputs, const struct load_result *result,
                      struct error *error)
{
    const struct histogram *histogram = result->latency ? result->latency : result->service;
    if (!outputs->hgrm || !histogram)
        return 0;
    errno = 0;
    int code = histogram_write_hgrm(histogram, NS_PER_MS, outputs->hgrm);
    if (fflush(outputs->hgrm) != 0 || code < 0)
        return error_set(error, -EIO, "cannot write to %s: %s", outputs->hgrm_path,
                         strerror(errno ? errno : EIO));
    outputs->has_hgrm = true;
    return 0;
}

static int write_outputs(struct outputs *outputs, const struct load_options *options,
                         const struct load_result *result, const struct client_cpus *cpus,
                         struct error *error)
{
    load_row_set(outputs->csv, options, result, cpus->text);
    int code = csv_end_row(outputs->csv, error);
    if (code < 0)
        return code;
    outputs->has_row = true;
    return write_hgrm(outputs, result, error);
}

/* Returns 0 when there is a row, `valid` or not, else -errno. */
static int load(const struct load_options *load, struct outputs *outputs,
                const struct client_cpus *cpus, bool *valid, struct error *error)
{
    struct progress_line line = {.terminal = isatty(STDERR_FILENO), .printed_ns = clock_now_ns()};
    struct load_options options = *load;
    struct load_result result;
    char note[1024];
    options.cpus = cpus->list;
    options.cpu_count = cpus->count;
    options.progress = progress_cb;
    options.progress_data = &line;
    options.stop = interrupt_signal;
    int code = load_run(&options, &result, error);
    if (line.terminal)
        fputs("\r\033[K", stderr);
    if (code < 0)
        return code;
    if (result.service)
        print_result(&options, &result);
    *valid = load_result_note(&options, &result, note, sizeof note);
    if (note[0] != '\0')
        warning_print("%s", note);
    code = write_outputs(outputs, &options, &result, cpus, error);
    load_result_finish(&result);
    return code;
}

static bool is_local(const char *host)
{
    return strncmp(host, "127.", 4) == 0 || strcmp(host, "localhost") == 0 ||
           strcmp(host, "::1") == 0;
}

/* Before anything is connected or written. A short queue of this machine's only slows connecting
 * down, and does not matter at all to a server elsewhere. */
static int check_limits(const struct load_arguments *arguments, const struct client_cpus *cpus,
                        struct error *error)
{
    const struct limits_options bare = {0};
    struct load_options options = arguments->load;
    struct limits limits;
    int64_t at_once =
        options.connections < CONNECTOR_WINDOW ? options.connections : CONNECTOR_WINDOW;
    options.cpu_count = cpus->count;
    limits_read(&limits, "", &bare);
    int result = limits_check_program(&limits, "this load", load_descriptors(&options), 0, error);
    if (result == 0 && is_local(options.host) && limits_check_at_once(&limits, at_once, error) < 0)
        warning_print("%s", error->text);
    return result;
}

/* From how it ended to the exit code. */
static int conclude(int code, bool valid)
{
    if (interrupt_signal())
        return 128 + interrupt_signal();
    if (code == -EMFILE)
        return EXIT_MISSING;
    return code == 0 && valid ? EXIT_DONE : EXIT_MEASUREMENT_FAILED;
}

int command_load(int argc, char **argv)
{
    struct load_arguments arguments;
    struct client_cpus cpus;
    struct outputs outputs;
    struct error error;
    char host[NI_MAXHOST];
    bool valid = false;
    load_arguments_parse(&arguments, argc, argv);
    if (client_cpus_choose(&cpus, arguments.cpus, &error) < 0 ||
        endpoint_resolve(arguments.load.host, host, sizeof host, &error) < 0) {
        error_print("%s", error.text);
        return EXIT_USAGE;
    }
    arguments.load.host = host;
    int code = check_limits(&arguments, &cpus, &error);
    if (code == 0)
        code = outputs_open(&outputs, &arguments, &error);
    if (code < 0) {
        error_print("%s", error.text);
        if (code == -ERANGE)
            return EXIT_MISSING;
        return code == -ENOSPC || code == -EIO ? EXIT_MEASUREMENT_FAILED : EXIT_USAGE;
    }
    interrupt_catch();
    code = load(&arguments.load, &outputs, &cpus, &valid, &error);
    outputs_close(&outputs);
    if (code < 0)
        error_print("%s", error.text);
    return conclude(code, valid);
}
