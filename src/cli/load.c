/* SPDX-License-Identifier: GPL-3.0-or-later */
/* waitbench load: put load on any echo server and say how it answered. */
#include "cli/command.h"

#include "base/clock.h"
#include "base/replace.h"
#include "cli/load_arguments.h"
#include "load/dial.h"
#include "load/row.h"
#include "measure/interrupt.h"
#include "measure/limits.h"
#include "measure/placement.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PLAIN_PROGRESS_NS (10 * NS_PER_SECOND)

static const char *const columns[] = {LOAD_COLUMNS, LOAD_COLUMNS_LATER};

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

static void print_times(const char *name, const struct histogram *histogram)
{
    if (!histogram)
        return;
    fprintf(stderr, "%-26s", name);
    for (size_t i = 0; i < QUANTILE_COUNT; i++)
        print_time(histogram_resolved_ns(histogram, quantiles[i]));
    print_time(histogram_max_ns(histogram));
    fputc('\n', stderr);
}

static void print_latency(const struct load_result *result)
{
    if (!result->latency)
        return;
    fprintf(stderr, "%-26s", "latency (intended send)");
    for (size_t i = 0; i < QUANTILE_COUNT; i++)
        print_time(load_result_quantile_ns(result, quantiles[i]));
    print_time(histogram_max_ns(result->latency));
    fputc('\n', stderr);
}

static void print_result(const struct load_result *result)
{
    fprintf(stderr,
            "%" PRId64 " requests offered: %" PRId64 " answered, %" PRId64 " lost, %" PRId64
            " failed\n",
            result->offered, result->answered, result->lost, result->failed);
    fprintf(stderr, "%.1f replies per second over %.3f s; generator %.0f %% busy%s\n",
            result->achieved_per_second, (double)result->duration_ns / (double)NS_PER_SECOND,
            100 * result->client_busy,
            result->client_bound && !result->latency ? ": it may be the limit" : "");
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

/* Opened before the load, so that a wrong name does not cost a run. */
static int open_csv(struct csv_writer **writer, const char *path, struct error *error)
{
    size_t count = sizeof columns / sizeof columns[0];
    if (path)
        return csv_create(writer, path, columns, count, error);
    int fd = dup(STDOUT_FILENO);
    if (fd < 0)
        return error_set(error, -errno, "cannot write to standard output: %s", strerror(errno));
    return csv_create_on(writer, fd, "standard output", columns, count, error);
}

static int write_hgrm(const char *path, const struct load_result *result, struct error *error)
{
    const struct histogram *histogram = result->latency ? result->latency : result->service;
    if (!path || !histogram)
        return 0;
    if (access(path, F_OK) == 0)
        return error_set(error, -EEXIST, "cannot create %s: %s", path, strerror(EEXIST));
    struct replacement whole;
    int code = replacement_begin(&whole, error);
    if (code < 0)
        return code;
    code = histogram_write_hgrm(histogram, NS_PER_MS, whole.out);
    if (code < 0)
        error_set(error, code, "cannot write to %s: %s", path, strerror(-code));
    return replacement_end(&whole, path, code, error);
}

/* Returns 0 when there is a row, `valid` or not, else -errno. */
static int load(const struct load_arguments *arguments, struct csv_writer *writer,
                const struct client_cpus *cpus, bool *valid, struct error *error)
{
    struct progress_line line = {.terminal = isatty(STDERR_FILENO), .printed_ns = clock_now_ns()};
    struct load_options options = arguments->load;
    struct load_result result;
    char note[512];
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
        print_result(&result);
    *valid = load_result_note(&options, &result, note, sizeof note);
    if (note[0] != '\0')
        warning_print("%s", note);
    load_row_set(writer, &options, &result, cpus->text);
    code = csv_end_row(writer, error);
    if (code == 0)
        code = write_hgrm(arguments->hgrm_path, &result, error);
    load_result_finish(&result);
    return code;
}

static bool is_local(const char *host)
{
    return strncmp(host, "127.", 4) == 0 || strcmp(host, "localhost") == 0 ||
           strcmp(host, "::1") == 0;
}

/* Before anything is connected or written. A short queue of this machine's may not matter to a
 * server that accepts fast enough, and not at all to one elsewhere. */
static int check_limits(const struct load_arguments *arguments, const struct client_cpus *cpus,
                        struct error *error)
{
    const struct limits_options bare = {0};
    struct load_options options = arguments->load;
    struct limits limits;
    int64_t at_once = options.connections < DIAL_WINDOW ? options.connections : DIAL_WINDOW;
    options.cpu_count = cpus->count;
    limits_read(&limits, "", &bare);
    int result = limits_check_program(&limits, "this load", load_descriptors(&options), 0, error);
    if (result == 0 && is_local(options.host) && limits_check_at_once(&limits, at_once, error) < 0)
        warning_print("%s", error->text);
    return result;
}

int command_load(int argc, char **argv)
{
    struct load_arguments arguments;
    struct client_cpus cpus;
    struct csv_writer *writer = NULL;
    struct error error;
    bool valid = false;
    load_arguments_parse(&arguments, argc, argv);
    int code = client_cpus_choose(&cpus, arguments.cpus, &error);
    if (code == 0)
        code = check_limits(&arguments, &cpus, &error);
    if (code == 0)
        code = open_csv(&writer, arguments.csv_path, &error);
    if (code < 0) {
        error_print("%s", error.text);
        return code == -ERANGE ? EXIT_MISSING : EXIT_USAGE;
    }
    interrupt_catch();
    code = load(&arguments, writer, &cpus, &valid, &error);
    csv_destroy(writer);
    if (code < 0)
        error_print("%s", error.text);
    if (interrupt_signal())
        return 128 + interrupt_signal();
    if (code == -EMFILE)
        return EXIT_MISSING;
    return code == 0 && valid ? EXIT_DONE : EXIT_MEASUREMENT_FAILED;
}
