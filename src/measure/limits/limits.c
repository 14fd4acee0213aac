/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/limits/limits.h"

#include "measure/limits/entry.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#define KIB 1024
#define MIB (1024.0 * 1024)

const struct limit *limits_binding(const struct limits *limits, enum model model)
{
    const struct limit *binding = NULL;
    int64_t smallest = LIMITS_NONE;
    for (size_t i = 0; i < limits->count; i++) {
        if (limits->entries[i].largest[model] < smallest) {
            binding = &limits->entries[i];
            smallest = binding->largest[model];
        }
    }
    return binding;
}

int64_t limits_largest(const struct limits *limits, enum model model)
{
    const struct limit *binding = limits_binding(limits, model);
    return binding ? binding->largest[model] : LIMITS_NONE;
}

/* The value a limit must have for that many waiters. */
static int64_t needed_value(const struct limit *limit, enum model model, int64_t waiters)
{
    int64_t needed;
    if (limit->at_once > 0)
        return limit->at_once;
    if (limit->processes > 1)
        waiters = waiters / limit->processes + (waiters % limit->processes > 0);
    if (__builtin_mul_overflow(waiters, limit->per_waiter[model], &needed) ||
        __builtin_add_overflow(needed, limit->reserve, &needed) ||
        __builtin_add_overflow(needed, limit->in_use, &needed))
        return LIMITS_NONE;
    return needed;
}

static void write_command(const struct limits *limits, const struct limit *limit, int64_t value,
                          char *text, size_t size)
{
    const char *sudo = limit->needs_root && !limits->root ? "sudo " : "";
    if (limit->command_head[0] == '\0')
        snprintf(text, size, "%s", limit->advice ? limit->advice : "");
    else if (!limit->command_tail)
        snprintf(text, size, "%s%s", sudo, limit->command_head);
    else
        snprintf(text, size, "%s%s%" PRId64 "%s", sudo, limit->command_head, value,
                 limit->command_tail);
}

void limits_command(const struct limits *limits, const struct limit *limit, enum model model,
                    int64_t waiters, char *text, size_t size)
{
    write_command(limits, limit, needed_value(limit, model, waiters), text, size);
}

bool limits_is_in_the_way(const struct limit *limit, int64_t waiters, enum model *model)
{
    *model = MODEL_THREADS;
    for (int i = 0; i < MODEL_COUNT; i++)
        if (limit->per_waiter[i] > limit->per_waiter[*model])
            *model = (enum model)i;
    return limit->largest[*model] < waiters || limit->value < limit->at_once;
}

int64_t limits_memory_room(const struct limits *limits)
{
    int64_t least = LIMITS_NONE;
    for (size_t i = 0; i < limits->count; i++) {
        const struct limit *limit = &limits->entries[i];
        if (!limit->of_memory || limit->value == LIMITS_NONE)
            continue;
        int64_t room = limit->value - limit->in_use - limit->reserve;
        least = room < least ? room : least;
    }
    return least > 0 ? least : 0;
}

bool limits_is_measured(const struct limits *limits, const struct limit *limit)
{
    return limit && limit->of_memory && limits->measured_bytes > 0;
}

/* What stops that many, in figures: "memory.max is 4000 bytes and allows 7". */
static void write_reason(const struct limits *limits, const struct limit *binding, enum model model,
                         int64_t waiters, char *text, size_t size)
{
    const double each = (double)binding->per_waiter[model];
    const int64_t room = binding->value - binding->in_use - binding->reserve;
    if (limits_is_measured(limits, binding))
        snprintf(text, size,
                 "each takes %.1f KiB as measured here, and with a quarter more to be safe they "
                 "need %.0f MiB, of which %s leaves %.0f: %" PRId64 " fit",
                 (double)limits->measured_bytes / KIB, each * (double)waiters / MIB, binding->name,
                 (double)(room > 0 ? room : 0) / MIB, binding->largest[model]);
    else if (binding->of_memory)
        snprintf(text, size,
                 "%s is %" PRId64 " %s and allows %" PRId64 ", by an estimate of %.1f KiB each",
                 binding->name, binding->value, binding->unit, binding->largest[model], each / KIB);
    else
        snprintf(text, size, "%s is %" PRId64 " %s and allows %" PRId64, binding->name,
                 binding->value, binding->unit, binding->largest[model]);
}

int limits_check(const struct limits *limits, enum model model, int64_t waiters,
                 struct error *error)
{
    const struct limit *binding = limits_binding(limits, model);
    if (!binding || waiters <= binding->largest[model])
        return 0;
    char reason[LIMITS_TEXT_MAX];
    char command[2 * LIMITS_TEXT_MAX];
    write_reason(limits, binding, model, waiters, reason, sizeof reason);
    limits_command(limits, binding, model, waiters, command, sizeof command);
    bool is_command = binding->command_head[0] != '\0';
    bool own = limits_is_measured(limits, binding) && limits->who;
    return error_set(error, -ERANGE, "%" PRId64 " waiters of %s%s are too many: %s; %s%s%s",
                     waiters, own ? "" : "model ", own ? limits->who : model_name(model), reason,
                     is_command ? "lift it with: " : "", command,
                     is_command ? "" : ", or use fewer waiters");
}

/* Of the limits only those on tasks bind threads and nothing else. */
static int64_t needed_of(const struct limit *limit, int64_t files, int64_t threads)
{
    if (strcmp(limit->name, LIMITS_FILES_NAME) == 0)
        return files;
    bool of_tasks = limit->per_waiter[MODEL_THREADS] > 0 && limit->per_waiter[MODEL_LOOP] == 0;
    return of_tasks && threads > 0 ? needed_value(limit, MODEL_THREADS, threads) : 0;
}

int limits_check_program(const struct limits *limits, const char *what, int64_t files,
                         int64_t threads, struct error *error)
{
    for (size_t i = 0; i < limits->count; i++) {
        const struct limit *limit = &limits->entries[i];
        int64_t needed = needed_of(limit, files, threads);
        if (needed <= limit->value)
            continue;
        char command[2 * LIMITS_TEXT_MAX];
        bool of_files = strcmp(limit->name, LIMITS_FILES_NAME) == 0;
        write_command(limits, limit, needed, command, sizeof command);
        return error_set(error, -ERANGE,
                         "%s needs %" PRId64 " %s: %s is %" PRId64 " %s; lift it with: %s", what,
                         of_files ? files : threads, of_files ? "open files" : "threads",
                         limit->name, limit->value, limit->unit, command);
    }
    return 0;
}

int limits_check_at_once(const struct limits *limits, int64_t connections, struct error *error)
{
    for (size_t i = 0; i < limits->count; i++) {
        const struct limit *limit = &limits->entries[i];
        if (limit->at_once == 0 || connections <= limit->value)
            continue;
        char command[2 * LIMITS_TEXT_MAX];
        write_command(limits, limit, limit->at_once, command, sizeof command);
        return error_set(error, -ERANGE,
                         "%" PRId64 " connections would be opened at once, and %s lets %" PRId64
                         " of them wait to be accepted: so many are, and it takes longer; lift it "
                         "with: %s",
                         connections, limit->name, limit->value, command);
    }
    return 0;
}

/* Measured all in: 32 to 37 KiB for a thread, 20 KiB more with jemalloc's thread cache, 4 KiB for
 * each end of the connection; 0.3 KiB for a loop's handle. Rounded up, with room for buffers in
 * flight. Huge pages are left out on purpose: kernels since 6.7 keep them off thread stacks, older
 * ones rarely align a stack for one, and `doctor` warns of THP "always" by itself. */
int64_t limits_waiter_bytes(enum model model, const struct limits_options *options)
{
    if (options->measured_bytes == LIMITS_NOT_COUNTED)
        return 0;
    if (options->measured_bytes > 0)
        return options->measured_bytes + options->measured_bytes / LIMITS_MARGIN_DIVISOR;
    /* Size classes of either allocator waste up to a quarter. */
    int64_t bytes = options->hold_bytes + options->hold_bytes / 4;
    if (model == MODEL_THREADS)
        return bytes + 72 * KIB + options->work_stack_bytes + options->work_heap_bytes;
    return bytes + (model == MODEL_SOCKETS ? 12 * KIB : 16 * KIB);
}

static int raise_one(__rlimit_resource_t resource, const char *what, struct error *error)
{
    struct rlimit limit;
    if (getrlimit(resource, &limit) < 0)
        return error_set(error, -errno, "cannot read the limit on %s: %s", what, strerror(errno));
    if (limit.rlim_cur == limit.rlim_max)
        return 0;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(resource, &limit) < 0)
        return error_set(error, -errno, "cannot raise the soft limit on %s: %s", what,
                         strerror(errno));
    return 0;
}

int limits_raise_soft(struct error *error)
{
    int result = raise_one(RLIMIT_NOFILE, "open files", error);
    return result < 0 ? result : raise_one(RLIMIT_NPROC, "processes", error);
}
