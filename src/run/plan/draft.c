/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/plan/draft.h"

#include "run/plan/work.h"

#include <stdio.h>
#include <string.h>

#define THREAD_STACK_BYTES_MIN 16384
#define THREAD_STACK_BYTES_MAX (INT64_C(1) << 30)

#define OF(experiment) (1u << (experiment))
#define OF_MEMORY      OF(EXPERIMENT_MEMORY)
#define OF_LATENCY     OF(EXPERIMENT_LATENCY)
#define OF_LOAD        (OF(EXPERIMENT_THROUGHPUT) | OF_LATENCY)
#define OF_SERVERS     (OF_MEMORY | OF_LOAD)
#define OF_FLOW        OF(EXPERIMENT_FLOW)
#define OF_ALL         (OF_SERVERS | OF_FLOW)
void plan_draft_init(struct plan_draft *draft, struct plan_reading *reading)
{
    plan_work_init(&reading->plain);
    *draft = (struct plan_draft){
        .setting = {.blocks = 6,
                    .shards = 1,
                    .allocators = PLAN_ALLOCATOR_ANY,
                    .longest_seconds = 3},
        .work = {&reading->plain},
        .work_count = 1,
        .active_count = 1,
        .idle_count = 1,
        .share_count = 1,
        .rate_count = 1,
        .warm_count = 1,
        .subjects = -1,
    };
}

static bool is_largest(const config_setting_t *value)
{
    const char *text = config_setting_get_string(value);
    return text && strcmp(text, "largest") == 0;
}

/* Numbers from `low`; with `largest`, that word, too. */
static int read_numbers(struct plan_reading *reading, const config_setting_t *value, int64_t low,
                        bool largest, int64_t *numbers, size_t *count)
{
    int result = plan_list_length(reading, value, PLAN_LIST_MAX, count);
    for (size_t i = 0; result == 0 && i < *count; i++) {
        const config_setting_t *at = plan_list_at(value, i);
        if (largest && is_largest(at))
            numbers[i] = PLAN_LARGEST;
        else
            result = plan_read_integer(reading, at, low, PLAN_NUMBER_MAX, &numbers[i]);
    }
    return result;
}

static int read_names(struct plan_reading *reading, const config_setting_t *value, unsigned *set,
                      bool (*find)(const char *name, unsigned *bit), const char *see)
{
    size_t count = (size_t)config_setting_length(value);
    int result = 0;
    *set = 0;
    if (!config_setting_is_aggregate(value) || config_setting_is_group(value))
        return plan_refuse(reading, value, "%s takes a list: [\"threads\", \"loop\"]",
                           config_setting_name(value));
    for (size_t i = 0; result == 0 && i < count; i++) {
        const char *name = "";
        unsigned bit = 0;
        result = plan_read_text(reading, plan_list_at(value, i), &name);
        if (result == 0 && !find(name, &bit))
            result = plan_refuse(reading, plan_list_at(value, i), "%s: there is no '%s'%s",
                                 config_setting_name(value), name, see);
        *set |= bit;
    }
    return result;
}

static bool model_bit(const char *name, unsigned *bit)
{
    enum model model;
    if (!model_find(name, &model))
        return false;
    *bit = 1u << model;
    return true;
}

static bool allocator_bit(const char *name, unsigned *bit)
{
    *bit = strcmp(name, "jemalloc") == 0 ? PLAN_ALLOCATOR_JEMALLOC
           : strcmp(name, "libc") == 0   ? PLAN_ALLOCATOR_LIBC
                                         : 0;
    return *bit != 0;
}

typedef int read_key(struct plan_reading *reading, const config_setting_t *value,
                     struct plan_draft *draft);

static int read_experiment(struct plan_reading *reading, const config_setting_t *value,
                           struct plan_draft *draft)
{
    (void)reading;
    (void)value;
    (void)draft; /* read first */
    return 0;
}

int plan_draft_scenario(struct plan_reading *reading, const config_setting_t *value,
                        struct plan_draft *draft)
{
    const char *name = "";
    int result = plan_read_text(reading, value, &name);
    if (result < 0)
        return result;
    draft->setting.scenario = scenario_find(name);
    if (!draft->setting.scenario)
        return plan_refuse(reading, value, "there is no scenario '%s'" PLAN_SEE_LIST, name);
    return 0;
}

static int read_models(struct plan_reading *reading, const config_setting_t *value,
                       struct plan_draft *draft)
{
    return read_names(reading, value, &draft->setting.models, model_bit, PLAN_SEE_LIST);
}

static int read_on_request(struct plan_reading *reading, const config_setting_t *value,
                           struct plan_draft *draft)
{
    return read_names(reading, value, &draft->setting.on_request, model_bit, PLAN_SEE_LIST);
}

static int read_allocators(struct plan_reading *reading, const config_setting_t *value,
                           struct plan_draft *draft)
{
    int result = read_names(reading, value, &draft->setting.allocators, allocator_bit,
                            "; there are jemalloc and libc");
    if (result == 0 && draft->setting.allocators == 0)
        return plan_refuse(reading, value, "allocators takes jemalloc, libc or both");
    return result;
}

static int read_blocks(struct plan_reading *reading, const config_setting_t *value,
                       struct plan_draft *draft)
{
    return plan_read_integer(reading, value, 1, PLAN_BLOCKS_MAX, &draft->setting.blocks);
}

static int read_shards(struct plan_reading *reading, const config_setting_t *value,
                       struct plan_draft *draft)
{
    return plan_read_integer(reading, value, 1, PLAN_SHARDS_MAX, &draft->setting.shards);
}

static int read_subjects(struct plan_reading *reading, const config_setting_t *value,
                         struct plan_draft *draft)
{
    if (config_setting_type(value) != CONFIG_TYPE_BOOL)
        return plan_refuse(reading, value, "subjects takes true or false");
    draft->subjects = config_setting_get_bool(value);
    return 0;
}

static int read_waiters(struct plan_reading *reading, const config_setting_t *value,
                        struct plan_draft *draft)
{
    _Static_assert(PLAN_WAITERS_MAX == PLAN_LIST_MAX, "one list");
    return read_numbers(reading, value, 1, true, draft->setting.waiters,
                        &draft->setting.waiters_count);
}

static int read_warm(struct plan_reading *reading, const config_setting_t *value,
                     struct plan_draft *draft)
{
    int result = plan_list_length(reading, value, 2, &draft->warm_count);
    for (size_t i = 0; result == 0 && i < draft->warm_count; i++) {
        const config_setting_t *at = plan_list_at(value, i);
        if (config_setting_type(at) != CONFIG_TYPE_BOOL)
            result = plan_refuse(reading, value, "warm takes true, false or [false, true]");
        else
            draft->warm[i] = config_setting_get_bool(at);
    }
    return result;
}

static int read_stack(struct plan_reading *reading, const config_setting_t *value,
                      struct plan_draft *draft)
{
    return plan_read_integer(reading, value, THREAD_STACK_BYTES_MIN, THREAD_STACK_BYTES_MAX,
                             &draft->setting.stack_bytes);
}

static int read_work_names(struct plan_reading *reading, const config_setting_t *value,
                           struct plan_draft *draft)
{
    int result = plan_list_length(reading, value, PLAN_LIST_MAX, &draft->work_count);
    for (size_t i = 0; result == 0 && i < draft->work_count; i++) {
        const char *name = "";
        size_t found = 0;
        result = plan_read_text(reading, plan_list_at(value, i), &name);
        while (found < reading->work_count && strcmp(reading->works[found].name, name) != 0)
            found++;
        if (result == 0 && found == reading->work_count)
            result =
                plan_refuse(reading, plan_list_at(value, i), "the plan's work has no '%s'", name);
        draft->work[i] = &reading->works[found];
    }
    return result;
}

static int read_active(struct plan_reading *reading, const config_setting_t *value,
                       struct plan_draft *draft)
{
    return read_numbers(reading, value, 1, false, draft->active, &draft->active_count);
}

static int read_idle(struct plan_reading *reading, const config_setting_t *value,
                     struct plan_draft *draft)
{
    return read_numbers(reading, value, 0, true, draft->idle, &draft->idle_count);
}

static int read_seconds(struct plan_reading *reading, const config_setting_t *value,
                        struct plan_draft *draft)
{
    return plan_read_double(reading, value, PLAN_SECONDS_MAX, &draft->setting.seconds);
}

static int read_warmup(struct plan_reading *reading, const config_setting_t *value,
                       struct plan_draft *draft)
{
    return plan_read_double(reading, value, PLAN_SECONDS_MAX, &draft->setting.warmup_seconds);
}

static int read_until_steady(struct plan_reading *reading, const config_setting_t *value,
                             struct plan_draft *draft)
{
    if (config_setting_type(value) != CONFIG_TYPE_BOOL)
        return plan_refuse(reading, value, "warmup_until_steady takes true or false");
    draft->until_steady = config_setting_get_bool(value);
    return 0;
}

static int read_steady_longest(struct plan_reading *reading, const config_setting_t *value,
                               struct plan_draft *draft)
{
    return plan_read_double(reading, value, PLAN_SECONDS_MAX,
                            &draft->setting.steady_longest_seconds);
}

static int read_longest(struct plan_reading *reading, const config_setting_t *value,
                        struct plan_draft *draft)
{
    return plan_read_double(reading, value, PLAN_SECONDS_MAX, &draft->setting.longest_seconds);
}

/* One of some words, in the order of their enumeration. */
static int read_word(struct plan_reading *reading, const config_setting_t *value,
                     const char *const *words, int count, int *chosen)
{
    const char *text = "";
    int result = plan_read_text(reading, value, &text);
    for (int i = 0; result == 0 && i < count; i++)
        if (strcmp(words[i], text) == 0) {
            *chosen = i;
            return 0;
        }
    return result == 0 ? plan_refuse(reading, value, "%s takes %s, %s%s%s, not '%s'",
                                     config_setting_name(value), words[0], words[1],
                                     count > 2 ? " or " : "", count > 2 ? words[2] : "", text)
                       : result;
}

static int read_basis(struct plan_reading *reading, const config_setting_t *value,
                      struct plan_draft *draft)
{
    static const char *const words[] = {"rate", "utilisation"};
    int chosen = 0;
    int result = read_word(reading, value, words, 2, &chosen);
    draft->setting.basis = (enum plan_basis)chosen;
    return result;
}

static int read_fit(struct plan_reading *reading, const config_setting_t *value,
                    struct plan_draft *draft)
{
    static const char *const words[] = {"none", "p99", "p999"};
    int chosen = 0;
    int result = read_word(reading, value, words, 3, &chosen);
    draft->setting.fit = (enum plan_fit)chosen;
    return result;
}

static int read_capacity_active(struct plan_reading *reading, const config_setting_t *value,
                                struct plan_draft *draft)
{
    return plan_read_integer(reading, value, 1, PLAN_NUMBER_MAX, &draft->setting.capacity_active);
}

static int read_doubles(struct plan_reading *reading, const config_setting_t *value, double high,
                        double *numbers, size_t *count)
{
    int result = plan_list_length(reading, value, PLAN_LIST_MAX, count);
    for (size_t i = 0; result == 0 && i < *count; i++)
        result = plan_read_double(reading, plan_list_at(value, i), high, &numbers[i]);
    return result;
}

static int read_share(struct plan_reading *reading, const config_setting_t *value,
                      struct plan_draft *draft)
{
    return read_doubles(reading, value, 1, draft->share, &draft->share_count);
}

static int read_rate(struct plan_reading *reading, const config_setting_t *value,
                     struct plan_draft *draft)
{
    return read_doubles(reading, value, PLAN_RATE_MAX, draft->rate, &draft->rate_count);
}

static const struct {
    const char *name;
    unsigned experiments;
    read_key *read;
} keys[] = {
    {"experiment", OF_ALL, read_experiment},
    {"scenario", OF_ALL, plan_draft_scenario},
    {"models", OF_ALL, read_models},
    {"on_request", OF_SERVERS, read_on_request},
    {"variants", OF_SERVERS, plan_draft_variants},
    {"blocks", OF_ALL, read_blocks},
    {"shards", OF_SERVERS, read_shards},
    {"subjects", OF_ALL, read_subjects},
    {"allocators", OF_MEMORY, read_allocators},
    {"waiters", OF_MEMORY, read_waiters},
    {"warm", OF_MEMORY, read_warm},
    {"stack_bytes", OF_MEMORY, read_stack},
    {"work", OF_SERVERS, read_work_names},
    {"active", OF_LOAD, read_active},
    {"idle", OF_LATENCY, read_idle},
    {"seconds", OF_LOAD | OF_FLOW, read_seconds},
    {"warmup_seconds", OF_LOAD, read_warmup},
    {"warmup_until_steady", OF_LOAD, read_until_steady},
    {"warmup_longest_seconds", OF_LOAD, read_steady_longest},
    {"basis", OF_LATENCY, read_basis},
    {"share", OF_LATENCY, read_share},
    {"rate", OF_LATENCY, read_rate},
    {"capacity_active", OF_LATENCY, read_capacity_active},
    {"fit", OF_LATENCY, read_fit},
    {"longest_seconds", OF_LATENCY, read_longest},
    {"options", OF_ALL, plan_draft_options},
};

static void list_keys(unsigned experiments, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if ((keys[i].experiments & experiments) && used < size)
            used += (size_t)snprintf(text + used, size - used, "%s%s", used > 0 ? ", " : "",
                                     keys[i].name);
}

int plan_draft_read(struct plan_reading *reading, const config_setting_t *value,
                    struct plan_draft *draft)
{
    const struct experiment *experiment = draft->setting.experiment;
    unsigned here = 1u << (unsigned)(experiment - experiment_list);
    const char *name = config_setting_name(value);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(keys[i].name, name) == 0 && (keys[i].experiments & here))
            return keys[i].read(reading, value, draft);
    char has[384];
    list_keys(here, has, sizeof has);
    return plan_refuse(reading, value, "a setting of %s has no key '%s'; it has %s",
                       experiment->name, name, has);
}
