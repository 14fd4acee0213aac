/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an arm does by the options of its scenario. */
#include "experiment/arm.h"

#include "run/scenario.h"
#include "store/row.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const struct scenario_option *arm_options(const struct arm *arm)
{
    const struct scenario *scenario = scenario_find(arm->scenario);
    return scenario ? scenario->options : NULL;
}

void arm_fill_settings(const struct arm *arm, uint64_t data_seed,
                       struct protocol_settings *settings)
{
    const char *path = scenario_find(arm->scenario)->path;
    if (!path)
        return;
    settings->path = path;
    settings->id_low = 1;
    settings->id_high = ROWS_DEFAULT;
    settings->data_seed = data_seed;
}

bool arm_is_usual(const struct arm *arm)
{
    const struct scenario_option *options = arm_options(arm);
    struct option_values usual = arm->parameters.options;
    enum model model;
    if (!model_find(arm->model, &model))
        return true;
    for (size_t i = 0; options && options[i].name; i++)
        if (options[i].role == OPTION_OF_ARM)
            usual.set &= ~(1u << i);
    return option_complete(options, OPTION_OF_ARM, model, &usual, NULL) == 0 &&
           option_values_are_same(&usual, &arm->parameters.options);
}

const char *arm_store(const struct arm *arm)
{
    const struct option_choice *store =
        option_chosen(arm_options(arm), &arm->parameters.options, PURPOSE_STORE);
    return store ? store->name : NULL;
}

static int64_t number(const struct arm *arm, enum option_purpose purpose)
{
    return option_number(arm_options(arm), &arm->parameters.options, purpose);
}

/* Work and blocking do not come together (run/plan/). */
int64_t arm_slow_every(const struct arm *arm)
{
    int64_t blocks = number(arm, PURPOSE_SLOW_EVERY);
    return blocks > 0 ? blocks : arm->parameters.work_slow_every;
}

int64_t arm_slow_us(const struct arm *arm)
{
    int64_t blocks = number(arm, PURPOSE_SLOW_US);
    return blocks > 0 ? blocks : arm->parameters.work_slow_us;
}

int64_t arm_store_delay_us(const struct arm *arm)
{
    return number(arm, PURPOSE_DELAY_US);
}

int64_t arm_pool_threads(const struct arm *arm)
{
    return number(arm, PURPOSE_THREADS);
}

struct limits_options arm_limits(const struct arm *arm)
{
    return (struct limits_options){
        .stack_bytes = arm->parameters.stack_bytes,
        .loops = arm->parameters.loops,
        .pool_threads = arm_pool_threads(arm),
        .thread_files = option_thread_files(arm_options(arm), &arm->parameters.options),
        .files = number(arm, PURPOSE_FILES),
        .shards = arm_shards(arm),
    };
}

void arm_set_option_columns(const struct arm *arm, const struct experiment *experiment,
                            struct csv_writer *csv)
{
    const struct scenario_option *options = arm_options(arm);
    const struct option_values *values = &arm->parameters.options;
    for (size_t i = 0; options && options[i].name; i++) {
        const char *column = options[i].column;
        if (!(values->set & 1u << i) || !experiment_has_column(experiment, column))
            continue;
        if (options[i].choices)
            csv_set_text(csv, column, options[i].choices[values->at[i]].name);
        else
            csv_set_int64(csv, column, values->at[i]);
    }
}

/* What is as usual goes without saying, but for what everything else depends on. */
static bool is_told(const struct scenario_option *option, int64_t value)
{
    return option->choices ? value > 0 || option->role == OPTION_CONDITION : value != option->usual;
}

static void describe(const struct arm *arm, FILE *out)
{
    const struct scenario_option *options = arm_options(arm);
    const struct option_values *values = &arm->parameters.options;
    const char *before = " (";
    char value[32];
    fputs(arm->subject, out);
    if (arm->parameters.shards > 1) {
        fprintf(out, "%sshards=%" PRId64, before, arm->parameters.shards);
        before = ", ";
    }
    if (arm->parameters.loops > 0) {
        fprintf(out, "%sloops", before);
        before = ", ";
    }
    for (size_t i = 0; options && options[i].name; i++)
        if ((values->set & 1u << i) && is_told(&options[i], values->at[i])) {
            fprintf(out, "%s%s=%s", before, options[i].column,
                    option_text(&options[i], values->at[i], value, sizeof value));
            before = ", ";
        }
    if (*before == ',')
        fputc(')', out);
}

void arm_describe(const struct arm *arm, char *text, size_t size)
{
    FILE *out = fmemopen(text, size, "w");
    text[0] = '\0';
    if (!out)
        return;
    describe(arm, out);
    fclose(out);
    text[size - 1] = '\0';
}
