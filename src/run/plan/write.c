/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plan as it is run, in its own format, and its digest. */
#include "run/plan/work.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void write_models(const char *key, unsigned models, FILE *out)
{
    const char *comma = "";
    fprintf(out, " %s = [", key);
    for (int model = 0; model < MODEL_COUNT; model++)
        if (models & 1u << model) {
            fprintf(out, "%s\"%s\"", comma, model_name((enum model)model));
            comma = ", ";
        }
    fputs("];", out);
}

static void write_allocators(unsigned allocators, FILE *out)
{
    bool both = (allocators & PLAN_ALLOCATOR_JEMALLOC) && (allocators & PLAN_ALLOCATOR_LIBC);
    if (allocators & PLAN_ALLOCATOR_ANY)
        return;
    fprintf(out, " allocators = [%s%s%s];",
            allocators & PLAN_ALLOCATOR_JEMALLOC ? "\"jemalloc\"" : "", both ? ", " : "",
            allocators & PLAN_ALLOCATOR_LIBC ? "\"libc\"" : "");
}

static void write_number(int64_t number, FILE *out)
{
    if (number == PLAN_LARGEST)
        fputs("\"largest\"", out);
    else
        fprintf(out, "%" PRId64 "%s", number, number > INT32_MAX ? "L" : "");
}

static void write_memory(const struct setting *setting, FILE *out)
{
    write_allocators(setting->allocators, out);
    fputs(" waiters = (", out);
    for (size_t i = 0; i < setting->waiters_count; i++) {
        fputs(i > 0 ? ", " : "", out);
        write_number(setting->waiters[i], out);
    }
    fprintf(out, "); warm = %s;", setting->warm ? "true" : "false");
    if (setting->stack_bytes > 0) {
        fputs(" stack_bytes = ", out);
        write_number(setting->stack_bytes, out);
        fputs(";", out);
    }
}

static void write_load(const struct setting *setting, FILE *out)
{
    fprintf(out, " active = %" PRId64 "; seconds = %.9g;", setting->active, setting->seconds);
    if (setting->warmup_seconds > 0)
        fprintf(out, " warmup_seconds = %.9g;", setting->warmup_seconds);
    if (setting->steady_longest_seconds > 0)
        fprintf(out, " warmup_until_steady = true; warmup_longest_seconds = %.9g;",
                setting->steady_longest_seconds);
}

static void write_latency(const struct setting *setting, FILE *out)
{
    static const char *const fits[] = {"none", "p99", "p999"};
    fputs(" idle = ", out);
    write_number(setting->idle, out);
    if (setting->rate_per_second > 0)
        fprintf(out, "; rate = %.9g;", setting->rate_per_second);
    else
        fprintf(out, "; basis = \"%s\"; share = %.9g;",
                setting->basis == PLAN_EQUAL_RATE ? "rate" : "utilisation", setting->share);
    fprintf(out, " fit = \"%s\"; longest_seconds = %.9g;", fits[setting->fit],
            setting->longest_seconds);
    if (setting->capacity_active > 0)
        fprintf(out, " capacity_active = %" PRId64 ";", setting->capacity_active);
}

static void write_option(const struct scenario_option *option, int64_t value, FILE *out)
{
    char text[32];
    const char *quote = option->choices ? "\"" : "";
    fprintf(out, " %s = %s%s%s;", option->role == OPTION_OF_PROGRAM ? option->name : option->column,
            quote, option_text(option, value, text, sizeof text), quote);
}

/* Those of arms, or all others. */
static void write_option_values(const struct scenario_option *options,
                                const struct option_values *values, bool of_arm, FILE *out)
{
    for (size_t i = 0; options && options[i].name; i++)
        if ((values->set & 1u << i) && (options[i].role == OPTION_OF_ARM) == of_arm)
            write_option(&options[i], values->at[i], out);
}

static void write_options(const struct setting *setting, FILE *out)
{
    if (setting->options.set == 0)
        return;
    fputs(" options = {", out);
    write_option_values(setting->scenario->options, &setting->options, false, out);
    fputs(" };", out);
}

static void write_variants(const struct setting *setting, FILE *out)
{
    for (size_t i = 0; i < setting->variant_count; i++) {
        const struct plan_arm *variant = &setting->variants[i];
        fprintf(out, "%s{ model = \"%s\";", i == 0 ? " variants = ( " : ", ",
                model_name(variant->model));
        write_option_values(setting->scenario->options, &variant->options, true, out);
        fputs(i + 1 < setting->variant_count ? " }" : " } );", out);
    }
}

static void write_flow(const struct setting *setting, FILE *out)
{
    if (setting->seconds > 0)
        fprintf(out, " seconds = %.9g;", setting->seconds);
}

static void write_text(const char *text, FILE *out)
{
    fputc('"', out);
    for (; *text; text++)
        fprintf(out, "%s%c", *text == '"' || *text == '\\' ? "\\" : "",
                (unsigned char)*text < ' ' ? '?' : *text);
    fputc('"', out);
}

static void write_work(struct plan_work work, bool labelled, FILE *out)
{
    fputs("{", out);
    if (labelled && work.label[0] != '\0') {
        fputs(" label = ", out);
        write_text(work.label, out);
        fputs(";", out);
    }
    for (const struct plan_work_key *key = plan_work_keys; key->name; key++)
        if (*plan_work_value(&work, key) > 0) {
            fprintf(out, " %s = ", key->name);
            write_number(*plan_work_value(&work, key), out);
            fputs(";", out);
        }
    fputs(" }", out);
}

static bool is_same_work(const struct plan_work *a, const struct plan_work *b)
{
    return plan_work_is_same(a, b) && strcmp(a->label, b->label) == 0;
}

/* The first setting with this work. */
static size_t first_with(const struct plan *plan, const struct plan_work *work)
{
    size_t first = 0;
    while (!is_same_work(&plan->settings[first].work, work))
        first++;
    return first;
}

/* The name that the file gave this work: not every setting names its own. */
static const char *name_of(const struct plan *plan, const struct plan_work *work)
{
    for (size_t i = 0; i < plan->count; i++)
        if (plan->settings[i].work.name[0] != '\0' && is_same_work(&plan->settings[i].work, work))
            return plan->settings[i].work.name;
    return "";
}

static bool is_name(const struct plan *plan, const char *name)
{
    for (size_t i = 0; i < plan->count; i++)
        if (strcmp(plan->settings[i].work.name, name) == 0)
            return true;
    return false;
}

/* Names are kept where they tell works apart; a command line may have changed them. Numbered ones
 * are nobody's. */
static void write_work_name(const struct plan *plan, const struct plan_work *work, FILE *out)
{
    const char *name = name_of(plan, work);
    char numbered[PLAN_NAME_MAX] = "";
    bool shared = *name == '\0';
    for (size_t i = 0; !shared && i < plan->count; i++)
        shared = strcmp(plan->settings[i].work.name, name) == 0 &&
                 !is_same_work(&plan->settings[i].work, work);
    for (size_t number = first_with(plan, work) + 1; shared; number += PLAN_SETTINGS_MAX) {
        snprintf(numbered, sizeof numbered, "work%zu", number);
        shared = is_name(plan, numbered);
    }
    fputs(*numbered ? numbered : name, out);
}

static void write_works(const struct plan *plan, FILE *out)
{
    fputs("work = {\n", out);
    for (size_t i = 0; i < plan->count; i++) {
        if (first_with(plan, &plan->settings[i].work) != i)
            continue;
        fputs("  ", out);
        write_work_name(plan, &plan->settings[i].work, out);
        fputs(" = ", out);
        write_work(plan->settings[i].work, true, out);
        fputs(";\n", out);
    }
    fputs("};\n", out);
}

static bool is_of(const struct setting *setting, int experiment)
{
    return setting->experiment == &experiment_list[experiment];
}

static void write_setting(const struct setting *setting, FILE *out)
{
    fprintf(out, "experiment = \"%s\"; scenario = \"%s\";", setting->experiment->name,
            setting->scenario->name);
    write_models("models", setting->models, out);
    if (setting->on_request)
        write_models("on_request", setting->on_request, out);
    write_variants(setting, out);
    if (setting->shards > 1)
        fprintf(out, " shards = %" PRId64 ";", setting->shards);
    if (is_of(setting, EXPERIMENT_MEMORY))
        write_memory(setting, out);
    if (is_of(setting, EXPERIMENT_THROUGHPUT) || is_of(setting, EXPERIMENT_LATENCY))
        write_load(setting, out);
    if (is_of(setting, EXPERIMENT_LATENCY))
        write_latency(setting, out);
    if (is_of(setting, EXPERIMENT_FLOW))
        write_flow(setting, out);
    write_options(setting, out);
}

static void write_plan(const struct plan *plan, FILE *out)
{
    fputs("# The plan of this run, with what its command line changed in it: `waitbench run --plan`"
          " takes\n# this file. What was chosen of it (--only, --scenario, --store, --model), "
          "further subjects, runtimes\n# and the seed stand in machine.json's command_line, and "
          "are to be "
          "given again.\nname = ",
          out);
    write_text(plan->name, out);
    if (plan->omits[0] != '\0') {
        fputs(";\nomits = ", out);
        write_text(plan->omits, out);
    }
    fprintf(out,
            ";\nbeyond_limits = \"%s\";\ncalibration_seconds = %.9g;\ncapacity_steps = %" PRId64
            ";\nsubject_seconds = %.9g;\nmore_blocks = %" PRId64 ";\nmore_seconds = %.9g;\n",
            plan->leaves_out ? "leave out" : "refuse", plan->calibration_seconds,
            plan->capacity_steps, plan->subject_seconds, plan->more_blocks, plan->more_seconds);
    write_works(plan, out);
    fputs("settings = (\n", out);
    for (size_t i = 0; i < plan->count; i++) {
        const struct setting *setting = &plan->settings[i];
        bool of_programs = is_of(setting, EXPERIMENT_FLOW);
        fputs("  { ", out);
        write_setting(setting, out);
        if (!of_programs) {
            fputs(" work = \"", out);
            write_work_name(plan, &setting->work, out);
            fputs("\";", out);
        }
        fprintf(out, " subjects = %s;", setting->subjects ? "true" : "false");
        fprintf(out, " blocks = %" PRId64 "; }%s\n", setting->blocks,
                i + 1 < plan->count ? "," : "");
    }
    fputs(");\n", out);
}

int plan_write(const struct plan *plan, const char *path, struct error *error)
{
    FILE *out = fopen(path, "wxe");
    if (!out)
        return error_set(error, -errno, "cannot write %s: %s", path, strerror(errno));
    write_plan(plan, out);
    int result = ferror(out) ? -EIO : 0;
    if (fclose(out) != 0)
        result = -errno;
    return result < 0 ? error_set(error, result, "cannot write %s: %s", path, strerror(-result))
                      : 0;
}

/* FNV-1a of 64 bits, of a text and its end: nobody is to be fooled by it, and plans that differ are
 * told apart. */
#define HASH_BEGIN UINT64_C(0xcbf29ce484222325)

static uint64_t hash(uint64_t value, const char *text)
{
    do
        value = (value ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    while (*text++);
    return value;
}

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* One line for a setting of what decides how its times are measured. Which arms take part their
 * rows say. NULL when out of memory. */
static char *digest_line(const struct setting *setting)
{
    struct setting plain = *setting;
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (!out)
        return NULL;
    plain.models = plain.on_request = 0;
    plain.variant_count = 0;
    if (plain.fit != PLAN_FIT_P999)
        plain.longest_seconds = 0;
    if (plain.capacity_active == plain.active)
        plain.capacity_active = 0;
    write_setting(&plain, out);
    write_work(plain.work, false, out);
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}

/* The lines of all settings with times, sorted: their order in the plan changes nothing. Returns
 * how many, in an array with room for all settings. */
static size_t digest_lines(const struct plan *plan, char **lines)
{
    size_t count = 0;
    for (size_t i = 0; i < plan->count; i++)
        if (!is_of(&plan->settings[i], EXPERIMENT_MEMORY)) {
            lines[count] = digest_line(&plan->settings[i]);
            count += lines[count] != NULL;
        }
    qsort(lines, count, sizeof *lines, compare_lines);
    return count;
}

void plan_digest(const struct plan *plan, char digest[PLAN_DIGEST_BYTES])
{
    char header[64];
    char **lines = calloc(plan->count + 1, sizeof *lines);
    size_t count = lines ? digest_lines(plan, lines) : 0;
    snprintf(header, sizeof header, "%" PRId64 " %.9g", plan->capacity_steps,
             plan->subject_seconds);
    uint64_t value = hash(HASH_BEGIN, header);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || strcmp(lines[i], lines[i - 1]) != 0)
            value = hash(value, lines[i]);
        if (i > 0)
            free(lines[i - 1]);
    }
    if (count > 0)
        free(lines[count - 1]);
    free(lines);
    snprintf(digest, PLAN_DIGEST_BYTES, "%016" PRIx64, value);
}
