/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of throughput and latency. */
#include "analysis/words/units.h"
#include "readme/readme_section.h"
#include "readme/readme_setting.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Writes one model's cell, without the bars around it. */
typedef int cell_writer(const struct readme_setting *setting, const struct trial_group *group,
                        struct readme *readme);

static int write_cells(const struct settings *settings, const struct readme_setting *setting,
                       cell_writer *write_cell, struct readme *readme)
{
    int result = 0;
    for (size_t i = 0; result == 0 && i < settings->models; i++) {
        fputs(" ", readme->out);
        if (setting->models[i])
            result = write_cell(setting, setting->models[i], readme);
        fputs(" |", readme->out);
    }
    fputc('\n', readme->out);
    return result;
}

/* `what` stands behind each model's name: " p50 / p99". */
static void write_heading(const struct settings *settings, const char *title, const char *what,
                          FILE *out)
{
    fprintf(out, "| %s |", title);
    for (size_t i = 0; i < settings->models; i++)
        fprintf(out, " %s%s |", setting_model_name(i), what);
    fputs("\n|---|", out);
    for (size_t i = 0; i < settings->models; i++)
        fputs("---|", out);
    fputc('\n', out);
}

/* Whether more than half of the trials say so. */
static int is_mostly(const struct trial_group *group, const char *column, bool *mostly,
                     struct error *error)
{
    double median;
    int result = readme_median(group, column, NULL, &median, error);
    *mostly = result == 0 && median > 0;
    return result;
}

/* A page's tables are of our own servers. */
static void write_none(FILE *out)
{
    readme_paragraph(out, "(The run has no trial of waitbench's own servers.)");
}

/* ---- Throughput ---- */

/* "83 k/s*, 6.5 us (11.2)": in brackets with the clients' share, where it was measured. */
static int write_throughput(const struct readme_setting *setting, const struct trial_group *group,
                            struct readme *readme)
{
    char text[README_TEXT_SIZE];
    double rate;
    double cpu;
    double both;
    bool bound = false;
    (void)setting;
    int result = readme_median(group, "achieved_per_second", NULL, &rate, readme->error);
    if (result == 0)
        result = readme_median(group, "server_cpu_seconds", "samples", &cpu, readme->error);
    if (result == 0)
        result = readme_median(group, "both_cpu_seconds", "samples", &both, readme->error);
    if (result == 0)
        result = is_mostly(group, "client_bound", &bound, readme->error);
    if (result < 0)
        return result;
    fprintf(readme->out, "%s%s, ", readme_rate(rate, text), bound ? "*" : "");
    fputs(readme_cpu(1e9 * cpu, text), readme->out);
    if (!isnan(both))
        fprintf(readme->out, " (%s)", readme_cpu(1e9 * both, text));
    return 0;
}

static void write_closed_label(const struct readme_setting *setting, FILE *out)
{
    fputs("| ", out);
    units_write_whole(setting_number(setting, "active"), out);
    fputs(" active", out);
    if (setting_kind(setting) == SETTING_WORK) {
        fputs(", ", out);
        setting_write_work(setting, out);
    }
    fputs(" |", out);
}

int readme_throughput(struct readme *readme)
{
    struct settings settings;
    int result = settings_read(&settings, readme->runs->run, "throughput.csv", readme->error);
    if (result < 0)
        return result;
    if (settings.count == 0) {
        write_none(readme->out);
        settings_finish(&settings);
        return 0;
    }
    fprintf(readme->out,
            "![Requests per second and server CPU per request against active connections]"
            "(%s/charts/throughput.png)\n\n",
            readme->runs->run->folder);
    write_heading(&settings, "closed loop", "", readme->out);
    for (size_t i = 0; result == 0 && i < settings.count; i++) {
        write_closed_label(&settings.settings[i], readme->out);
        result = write_cells(&settings, &settings.settings[i], write_throughput, readme);
    }
    fputc('\n', readme->out);
    readme_paragraph(
        readme->out,
        "(requests per second, and server CPU time per request; in brackets, where it "
        "was measured, with what the load generator spent on it, since on loopback the "
        "sender's CPU does a part of the receiver's work; * the generator was the "
        "limit, the server was not)");
    settings_finish(&settings);
    return result;
}

/* ---- Latency ---- */

static int write_quantiles(const struct trial_group *group, struct readme *readme)
{
    static const char *const columns[] = {"p50_ns", "p99_ns", "p999_ns"};
    int result = 0;
    for (size_t i = 0; result == 0 && i < sizeof columns / sizeof *columns; i++) {
        char text[README_TEXT_SIZE];
        double ns;
        result = readme_median(group, columns[i], NULL, &ns, readme->error);
        if (result == 0)
            fprintf(readme->out, "%s%s", i > 0 ? " / " : "", readme_time(ns, text));
    }
    return result;
}

/* How many trials there are, and in how many of them the backlog grew. */
static int count_overloaded(const struct trial_group *group, size_t *overloaded, size_t *trials,
                            struct error *error)
{
    struct observation *observations = NULL;
    int64_t count = group_observations(group, "overloaded", NULL, &observations, error);
    *overloaded = 0;
    *trials = count < 0 ? 0 : (size_t)count;
    for (int64_t i = 0; i < count; i++)
        *overloaded += observations[i].value > 0;
    free(observations);
    return count < 0 ? (int)count : 0;
}

static void write_overloaded(size_t overloaded, size_t trials, FILE *out)
{
    fputs("overloaded", out);
    if (overloaded < trials)
        fprintf(out, " in %zu of %zu", overloaded, trials);
}

/* "16 us / 40 us / -", with the rate before it where each arm has its own. */
static int write_latency(const struct readme_setting *setting, const struct trial_group *group,
                         struct readme *readme)
{
    char text[README_TEXT_SIZE];
    size_t overloaded = 0;
    size_t trials = 0;
    bool loaded = false;
    int result = count_overloaded(group, &overloaded, &trials, readme->error);
    if (result == 0)
        result = is_mostly(group, "client_bound", &loaded, readme->error);
    if (result < 0)
        return result;
    if (setting_has_own_rates(setting)) {
        double rate;
        result = readme_median(group, "offered_per_second", NULL, &rate, readme->error);
        if (result < 0)
            return result;
        fprintf(readme->out, "%s: ", readme_rate(rate, text));
    }
    if (overloaded > 0)
        write_overloaded(overloaded, trials, readme->out);
    else
        result = write_quantiles(group, readme);
    fputs(loaded ? " *" : "", readme->out);
    return result;
}

/* Whether the run says how busy each arm was. */
static bool has_utilisation(const struct settings *settings)
{
    int column = csv_column(settings->table, "utilisation");
    for (size_t row = 0; row < csv_row_count(settings->table); row++)
        if (*csv_cell(settings->table, row, column))
            return true;
    return false;
}

/* " (50 % / 32 %)": the rate as a share of what each model sustains itself. */
static int write_utilisations(const struct settings *settings, const struct readme_setting *setting,
                              struct readme *readme)
{
    int result = 0;
    for (size_t i = 0; result == 0 && i < settings->models; i++) {
        double share = NAN;
        if (setting->models[i])
            result = readme_median(setting->models[i], "utilisation", NULL, &share, readme->error);
        fputs(i > 0 ? " / " : " (", readme->out);
        if (isnan(share))
            fputc('-', readme->out);
        else
            fprintf(readme->out, "%.0f %%", 100 * share);
    }
    fputc(')', readme->out);
    return result;
}

/* "71 k/s (50 % / 32 %)"; "71 k/s (50 %)" of a run that knows the slower arm's share only; or "at
 * 50 % of its own rate". */
static int write_load(const struct settings *settings, const struct readme_setting *setting,
                      struct readme *readme)
{
    char text[README_TEXT_SIZE];
    double share = 100 * setting_number(setting, "capacity_share");
    if (setting_has_own_rates(setting)) {
        fprintf(readme->out, "at %.3g %% of its own", share);
        return 0;
    }
    fputs(readme_rate(setting_number(setting, "offered_per_second"), text), readme->out);
    if (has_utilisation(settings))
        return write_utilisations(settings, setting, readme);
    if (share > 0)
        fprintf(readme->out, " (%.3g %%)", share);
    return 0;
}

static int write_open_label(const struct settings *settings, const struct readme_setting *setting,
                            struct readme *readme)
{
    FILE *out = readme->out;
    enum setting_kind kind = setting_kind(setting);
    fputs("| ", out);
    if (kind == SETTING_WORK)
        setting_write_work(setting, out);
    if (kind == SETTING_IDLE || kind == SETTING_ACTIVE)
        units_write_whole(setting_number(setting, kind == SETTING_ACTIVE ? "active" : "idle"), out);
    fputs(kind == SETTING_IDLE     ? " idle, "
          : kind == SETTING_ACTIVE ? " active, "
          : kind == SETTING_WORK   ? ", "
                                   : "",
          out);
    int result = write_load(settings, setting, readme);
    fputs(" |", out);
    return result;
}

static int write_kind(const struct settings *settings, enum setting_kind kind,
                      struct readme *readme)
{
    static const char *const titles[SETTING_KINDS] = {
        [SETTING_RATES] = "open loop, 100 active, equal rates",
        [SETTING_UTILISATION] = "100 active, each at a share of what it sustains",
        [SETTING_WORK] = "other work, 100 active",
        [SETTING_IDLE] = "100 active beside idle connections",
        [SETTING_ACTIVE] = "more active connections",
    };
    bool begun = false;
    int result = 0;
    for (size_t i = 0; result == 0 && i < settings->count; i++) {
        const struct readme_setting *setting = &settings->settings[i];
        if (setting_kind(setting) != kind)
            continue;
        if (!begun)
            write_heading(settings, titles[kind], " p50 / p99 / p99.9", readme->out);
        begun = true;
        result = write_open_label(settings, setting, readme);
        if (result == 0)
            result = write_cells(settings, setting, write_latency, readme);
    }
    if (begun)
        fputc('\n', readme->out);
    return result;
}

int readme_latency(struct readme *readme)
{
    struct settings settings;
    struct readme_words words;
    int result = settings_read(&settings, readme->runs->run, "latency.csv", readme->error);
    if (result < 0)
        return result;
    for (int kind = 0; result == 0 && kind < SETTING_KINDS; kind++)
        result = write_kind(&settings, (enum setting_kind)kind, readme);
    bool none = settings.count == 0;
    bool of_each = has_utilisation(&settings);
    settings_finish(&settings);
    if (none)
        write_none(readme->out);
    if (result < 0 || none)
        return result;
    readme_words_begin(&words);
    fprintf(words.out,
            "(latency from the intended send, medians over blocks; in brackets the rate as a share "
            "of what %s; `-`: too few samples or separate events beyond it in more than one in ten "
            "trials, which is in any of six; `overloaded`: the backlog grew, so that a percentile "
            "tells how long the "
            "window was; * the load generator was busy for at least half of the window. What "
            "disturbed this run: ",
            of_each ? "each sustains itself, in the columns' order" : "the slower arm sustains");
    readme_disturbances(readme->machine, words.out);
    fputs(
        ". Where a hypervisor takes a few percent of the CPUs every tail is milliseconds, and the "
        "report says so under \"What disturbed this run\".)",
        words.out);
    readme_words_end(&words, readme->out);
    return result;
}
