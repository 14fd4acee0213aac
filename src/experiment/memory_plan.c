/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which arms the memory experiment has, and which N this machine allows them. */
#include "experiment/memory.h"

#include "experiment/left_out.h"
#include "load/idle.h"

#include <string.h>

/* The work of the arms that stand for a realistic handler. */
#define WORK_STACK_BYTES  (INT64_C(16) << 10)
#define WORK_HEAP_BYTES   (INT64_C(4) << 10)
#define SMALL_STACK_BYTES (INT64_C(64) << 10)
/* Beyond this many waiters a run of the default profile would take hours. */
#define WAITERS_DEFAULT_MAX INT64_C(100000)

/* A slope takes four different N. */
#define WAITERS_LEAST INT64_C(8)

/* One arm of the default set. Absent allocators (a sanitizer build has no jemalloc) are left out.
 */
struct default_arm {
    const char *model;
    const char *allocator; /* NULL: one is enough, jemalloc where there is one */
    int64_t stack_bytes;
    bool warm;
    bool work;
    enum run_profile from; /* the smallest profile that has it, where jemalloc has its like */
};

/* Allocators differ after work: before it nothing was allocated that counts. Waiters that served
 * requests without work lie between the cold ones and those after work. */
static const struct default_arm default_arms[] = {
    {"threads", "jemalloc", 0, false, false, PROFILE_QUICK},
    {"threads", "jemalloc", 0, true, false, PROFILE_FULL},
    {"threads", "jemalloc", 0, true, true, PROFILE_QUICK},
    {"threads", "jemalloc", SMALL_STACK_BYTES, false, false, PROFILE_QUICK},
    {"threads", "jemalloc", SMALL_STACK_BYTES, true, false, PROFILE_FULL},
    {"loop", "jemalloc", 0, false, false, PROFILE_QUICK},
    {"loop", "jemalloc", 0, true, false, PROFILE_FULL},
    {"loop", "jemalloc", 0, true, true, PROFILE_QUICK},
    {"loops", NULL, 0, false, false, PROFILE_QUICK},
    {"loops", NULL, 0, true, false, PROFILE_QUICK},
    {"sockets", NULL, 0, false, false, PROFILE_QUICK},
    {"threads", "libc", 0, false, false, PROFILE_FULL},
    {"threads", "libc", 0, true, false, PROFILE_FULL},
    {"threads", "libc", 0, true, true, PROFILE_QUICK},
    {"loop", "libc", 0, false, false, PROFILE_FULL},
    {"loop", "libc", 0, true, false, PROFILE_FULL},
    {"loop", "libc", 0, true, true, PROFILE_QUICK},
};

/* What the loops take is what the loop takes, L times the constant part: measured on request. */
static bool measured_by_default(const char *model)
{
    return strcmp(model, "loops") != 0;
}

static struct limits_options limits_options_of(const struct arm *arm, bool warm)
{
    const struct arm_parameters *parameters = &arm->parameters;
    return (struct limits_options){
        .stack_bytes = parameters->stack_bytes,
        .work_stack_bytes = warm ? parameters->work_stack_bytes : 0,
        .work_heap_bytes = warm ? parameters->work_heap_bytes : 0,
        .hold_bytes = parameters->hold_bytes,
        .loops = parameters->loops,
    };
}

/* A foreign subject may be of any model; what every model needs is what sockets need. */
static enum limits_model limits_model_of(const struct arm *arm)
{
    enum limits_model model = LIMITS_SOCKETS;
    limits_model_parse(arm->model, &model);
    return model;
}

/* The N of the profile, ascending, with 0 at the end. */
static const int64_t *profile_waiters(enum run_profile profile)
{
    static const int64_t quick[] = {100, 500, 1000, 2000, 0};
    static const int64_t full[] = {100, 300, 1000, 10000, 30000, WAITERS_DEFAULT_MAX, 0};
    return profile == PROFILE_QUICK ? quick : full;
}

/* Those of them that this machine allows, the largest possible one among them. */
static size_t default_waiters(enum run_profile profile, int64_t largest, int64_t *waiters)
{
    size_t count = 0;
    for (const int64_t *n = profile_waiters(profile); *n > 0; n++)
        if (*n <= largest)
            waiters[count++] = *n;
    /* "How far does it go" is a claim of its own, so the last N is as far as it goes. */
    int64_t last = largest - largest % 100;
    if (profile != PROFILE_QUICK && count > 0 && last < WAITERS_DEFAULT_MAX &&
        last > waiters[count - 1])
        waiters[count++] = last;
    /* A machine that allows fewer than four of them still gets four N for a slope. */
    if (count < 4 && largest >= WAITERS_LEAST) {
        for (count = 0; count < 4; count++)
            waiters[count] = largest * (int64_t)(count + 1) / 4;
    }
    return count;
}

/* Seconds that a trial takes, roughly: start, connect, settle, end. */
static double expected_seconds(const struct arm *arm, int64_t waiters, bool warm)
{
    double per_waiter = strcmp(arm->model, "threads") == 0 ? 60e-6 : 40e-6;
    return 0.25 + (double)waiters * (per_waiter + (warm ? 40e-6 : 0));
}

static void tell_left_out(struct plan *plan, const struct limits *limits, enum limits_model model,
                          enum run_profile profile)
{
    struct error limit = {{0}};
    for (const int64_t *n = profile_waiters(profile); *n > 0; n++)
        if (limits_check(limits, model, *n, &limit) < 0) {
            left_out_waiters(plan, "memory", model, *n, &limit);
            return;
        }
}

static int add_trials(const struct run *run, const struct arm *arm, bool warm, struct plan *plan,
                      struct error *error)
{
    const struct run_options *options = run->options;
    struct limits_options waiter = limits_options_of(arm, warm);
    enum limits_model model = limits_model_of(arm);
    struct limits limits;
    int64_t waiters[RUN_WAITERS_MAX];
    size_t count = options->waiters_count;
    limits_read(&limits, "", &waiter);
    memcpy(waiters, options->waiters, sizeof waiters);
    if (count == 0) {
        count = default_waiters(options->profile, limits_largest(&limits, model), waiters);
        tell_left_out(plan, &limits, model, options->profile);
    }
    for (size_t i = 0; i < count; i++) {
        int result = limits_check(&limits, model, waiters[i], error);
        if (result < 0)
            return result;
        struct trial trial = {
            .arm = *arm,
            .waiters = waiters[i],
            .warm = warm,
            .expected_seconds = expected_seconds(arm, waiters[i], warm),
        };
        result = plan_add(plan, &trial);
        if (result < 0)
            return error_set(error, result, "out of memory");
    }
    return 0;
}

static int plan_default_arm(const struct run *run, const struct default_arm *chosen,
                            struct plan *plan, struct error *error)
{
    struct arm arm;
    struct arm_parameters parameters = {
        .stack_bytes = chosen->stack_bytes,
        .loops = strcmp(chosen->model, "loops") == 0 ? run_server_cpu_count(run) : 0,
        .work_stack_bytes = chosen->work ? WORK_STACK_BYTES : 0,
        .work_heap_bytes = chosen->work ? WORK_HEAP_BYTES : 0,
        .request_bytes = chosen->work ? IDLE_REQUEST_BYTES : 0,
    };
    const char *allocator = chosen->allocator ? chosen->allocator : run_allocator(run);
    if (strcmp(allocator, "jemalloc") == 0 && strcmp(run_allocator(run), "libc") == 0)
        return 0;
    int result = run_init_arm(run, &arm, "echo", chosen->model, allocator, &parameters, error);
    if (result < 0)
        return result;
    result = add_trials(run, &arm, chosen->warm, plan, error);
    arm_finish(&arm);
    return result;
}

/* Where jemalloc was not built in, the C library's malloc stands for both. */
static bool is_in_profile(const struct run *run, const struct default_arm *arm)
{
    return arm->from <= run->options->profile || strcmp(run_allocator(run), "libc") == 0;
}

int memory_plan(const struct run *run, struct plan *plan, int64_t *blocks, struct error *error)
{
    static const int64_t profile_blocks[] = {3, 6, 10};
    const struct run_options *options = run->options;
    *blocks = options->blocks > 0 ? options->blocks : profile_blocks[options->profile];
    int result = 0;
    for (size_t i = 0; result == 0 && i < sizeof default_arms / sizeof *default_arms; i++) {
        const char *model = default_arms[i].model;
        if (run_wants(run, "echo", model, measured_by_default(model)) &&
            is_in_profile(run, &default_arms[i]))
            result = plan_default_arm(run, &default_arms[i], plan, error);
    }
    for (size_t i = 0; result == 0 && i < run->foreign_count; i++) {
        result = add_trials(run, &run->foreign[i], false, plan, error);
        if (result == 0)
            result = add_trials(run, &run->foreign[i], true, plan, error);
    }
    return result;
}
