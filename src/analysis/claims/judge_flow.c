/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Claims about control flow, from flow.csv. */
#include "analysis/claims/judge.h"
#include "analysis/words/units.h"
#include "analysis/words/wording.h"
#include "base/alloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Whether the scenario shows what both models can express: cancelling is a part of it. */
static bool is_control_flow(const struct scenario *scenario)
{
    return scenario->claim == CLAIM_OF_CONTROL_FLOW || scenario->claim == CLAIM_OF_CANCELLATION;
}

static bool is_race(const struct scenario *scenario)
{
    return scenario->claim == CLAIM_OF_RACES;
}

void flow_write_source(bool (*is_asked)(const struct scenario *scenario), FILE *out)
{
    size_t count = 0;
    for (const struct scenario *scenario = scenarios; scenario->name; scenario++)
        count += is_asked(scenario);
    fprintf(out, "flow.csv: scenario%s", count == 1 ? "" : "s");
    const char *before = " ";
    for (const struct scenario *scenario = scenarios; scenario->name; scenario++)
        if (is_asked(scenario)) {
            fprintf(out, "%s%s", before, scenario->name);
            before = ", ";
        }
}

static bool is_in(const struct evidence *evidence, const struct trial_group *group,
                  const char *scenario, enum model model)
{
    return strcmp(group_text(group, "scenario"), scenario) == 0 &&
           model_is(group_text(group, "model"), model) && arm_is_of_pair(group, evidence);
}

static const struct trial_groups *groups_of(const struct evidence *evidence)
{
    return &evidence->summary->sources[EXPERIMENT_FLOW].groups;
}

/* Metrics of updates lost by `counter += 1`, and where there is a call within. */
#define PLAIN_LOST "unsynchronised_lost"
#define CALL_LOST  "call_unsynchronised_lost"

/* Updates lost by one model's `counter += 1` without synchronisation. A lone thread cannot lose
 * any, and is no trial of threads. */
struct losses {
    size_t trials;
    size_t trials_with_loss;
    double most;
};

static int count_losses(struct losses *losses, const struct evidence *evidence, enum model model,
                        const char *form, struct error *error)
{
    const struct trial_groups *groups = groups_of(evidence);
    *losses = (struct losses){0};
    for (size_t i = 0; i < groups->count; i++) {
        const struct trial_group *group = &groups->groups[i];
        struct observation *lost;
        if (!trials_are_of(group, CLAIM_OF_RACES) || !arm_is_of_pair(group, evidence) ||
            !model_is(group_text(group, "model"), model) ||
            strncmp(group_text(group, "metric"), form, strlen(form)) != 0 ||
            strcmp(group_text(group, "unit"), "count") != 0 ||
            (model == MODEL_THREADS && strcmp(group_text(group, "workers_count"), "1") == 0))
            continue;
        int64_t count = group_observations(group, "value", NULL, &lost, error);
        if (count < 0)
            return (int)count;
        for (int64_t k = 0; k < count; k++) {
            losses->trials_with_loss += lost[k].value > 0;
            losses->most = fmax(losses->most, lost[k].value);
        }
        losses->trials += (size_t)count;
        free(lost);
    }
    return 0;
}

static void write_losses(const struct losses *losses, const char *what, FILE *out)
{
    char text[UNITS_TEXT_SIZE];
    text_separate(out);
    fprintf(out, "%s lost updates in %zu of %zu trials", what, losses->trials_with_loss,
            losses->trials);
    if (losses->trials_with_loss > 0)
        fprintf(out, ", at most %s", units_format_count(losses->most, text));
}

/* An interpreter may switch threads at a call and not within a statement without one: what that
 * loses stands beside, for the claim is about the statement. */
static void write_call(const struct losses *losses, FILE *out)
{
    if (losses->trials > 0)
        write_losses(losses, "with a call between reading and writing threads", out);
}

/* What one increment costs with so many workers. */
struct price {
    const char *model;
    const char *metric;
    const char *workers;
    double median_ns;
};

/* Threads first, then by the way to add, then by workers. */
static int compare_prices(const void *left, const void *right)
{
    const struct price *a = left;
    const struct price *b = right;
    int order = -strcmp(a->model, b->model);
    if (order == 0)
        order = strcmp(a->metric, b->metric);
    if (order == 0)
        order = atoi(a->workers) - atoi(b->workers);
    return order;
}

static int read_prices(const struct evidence *evidence, struct price *prices, size_t *count,
                       struct error *error)
{
    const struct trial_groups *groups = groups_of(evidence);
    int result = 0;
    *count = 0;
    for (size_t i = 0; result == 0 && i < groups->count; i++) {
        const struct trial_group *group = &groups->groups[i];
        struct price price = {
            .model = group_text(group, "model"),
            .metric = group_text(group, "metric"),
            .workers = group_text(group, "workers_count"),
        };
        if (!trials_are_of(group, CLAIM_OF_RACES) || !arm_is_of_pair(group, evidence) ||
            !strstr(price.metric, "increment"))
            continue;
        result = group_median(group, "value", &price.median_ns, error);
        if (result == 0 && !isnan(price.median_ns))
            prices[(*count)++] = price;
    }
    return result;
}

/* "threads, mutex_increment: 20.4 ns with 1 worker, 89.7 ns with 4 workers": the lock is the price
 * of being right. */
static int write_prices(const struct evidence *evidence, FILE *out, struct error *error)
{
    struct price *prices = alloc_array(groups_of(evidence)->count, sizeof *prices);
    size_t count;
    int result = read_prices(evidence, prices, &count, error);
    qsort(prices, result == 0 ? count : 0, sizeof *prices, compare_prices);
    for (size_t i = 0; result == 0 && i < count; i++) {
        const struct price *price = &prices[i];
        char text[UNITS_TEXT_SIZE];
        bool goes_on = i > 0 && strcmp(price[-1].model, price->model) == 0 &&
                       strcmp(price[-1].metric, price->metric) == 0;
        if (goes_on)
            fputs(", ", out);
        else
            text_separate(out);
        if (!goes_on)
            fprintf(out, "%s, %s: ", price->model, price->metric);
        fprintf(out, "%s with ", units_format_ns(price->median_ns, text));
        wording_write("workers_count", price->workers, out);
    }
    free(prices);
    return result;
}

/* One lost update is proof that updates get lost; that none was lost is none until there were
 * enough trials. */
int judge_trickiness(const struct evidence *evidence, struct ruling *ruling, struct error *error)
{
    struct losses threads;
    struct losses loop;
    struct losses call;
    int result = count_losses(&threads, evidence, MODEL_THREADS, PLAIN_LOST, error);
    if (result == 0)
        result = count_losses(&call, evidence, MODEL_THREADS, CALL_LOST, error);
    if (result == 0)
        result = count_losses(&loop, evidence, MODEL_LOOP, PLAIN_LOST, error);
    if (result < 0 || threads.trials + loop.trials == 0)
        return result;
    write_losses(&threads, "threads", ruling->figures);
    write_losses(&loop, "the loop", ruling->figures);
    fprintf(ruling->answer, "%zu of %zu trials lost some, loop %zu of %zu",
            threads.trials_with_loss, threads.trials, loop.trials_with_loss, loop.trials);
    if (loop.trials_with_loss > 0)
        ruling->verdict = CLAIM_REFUTED;
    else if (threads.trials_with_loss > 0 && loop.trials > 0)
        ruling->verdict = CLAIM_REPRODUCED;
    else if (call.trials_with_loss > 0 && loop.trials > 0)
        ruling->verdict = CLAIM_DEPENDS;
    else if (threads.trials >= STATISTICS_BLOCKS_MIN && threads.trials_with_loss == 0)
        ruling->verdict = CLAIM_REFUTED;
    if (threads.trials_with_loss == 0 && call.trials_with_loss > 0)
        fputs("this interpreter does not switch threads within the statement, so that no trial of "
              "it can "
              "lose; the same with a call in it does",
              ruling->condition);
    if (loop.trials > 0 && loop.trials_with_loss == 0) {
        text_separate(ruling->condition);
        fputs("of the loop by construction, not by measurement: a single thread cannot lose an "
              "update, and its trials verified their sums",
              ruling->condition);
    }
    flow_write_source(is_race, ruling->rests_on);
    write_call(&call, ruling->condition);
    return write_prices(evidence, ruling->figures, error);
}

/* Trials of a scenario in both models; a trial counts as right when it verified its own answer. It
 * has a row for each metric, all with its block, order and process. */
struct answers {
    size_t right[2]; /* threads, loop */
    size_t wrong[2];
};

static struct answers count_answers(const struct evidence *evidence,
                                    const struct trial_groups *trials, const char *scenario)
{
    static const enum model models[] = {MODEL_THREADS, MODEL_LOOP};
    struct answers answers = {0};
    for (size_t i = 0; i < trials->count; i++)
        for (size_t model = 0; model < 2; model++) {
            if (!is_in(evidence, &trials->groups[i], scenario, models[model]))
                continue;
            bool wrong = trials->groups[i].failed > 0;
            answers.right[model] += !wrong;
            answers.wrong[model] += wrong;
        }
    return answers;
}

static int gather_trials(struct trial_groups *trials, const struct evidence *evidence,
                         struct error *error)
{
    static const char *const columns[] = {"scenario", "model", "subject", "block", "order", "pid"};
    const struct csv_table *table = evidence->summary->sources[EXPERIMENT_FLOW].table;
    *trials = (struct trial_groups){0};
    return table ? trial_groups_gather(trials, table, columns, sizeof columns / sizeof *columns,
                                       error)
                 : 0;
}

bool row_is_steady_time(const struct summary_row *row)
{
    return row->metric.kind == METRIC_TIME && !strstr(row->metric.name, "_max");
}

/* ", times of threads : loop 0.99 (0.65 to 1.38) in handoff_p50, to 24.9 (17.3 to 37.0) in ..." */
static void write_cost(const struct evidence *evidence, const struct scenario *scenario, FILE *out)
{
    static const struct question question = {.experiment = EXPERIMENT_FLOW,
                                             .keep = row_is_steady_time};
    struct selection selection = question_select(&question, evidence);
    const struct summary_row *least = NULL;
    const struct summary_row *most = NULL;
    char text[UNITS_TEXT_SIZE];
    for (size_t i = 0; i < selection.count; i++) {
        const struct summary_row *row = selection.rows[i];
        double ratio = row->comparison.ratio.value;
        if (isnan(ratio) || strcmp(group_text(row->a, "scenario"), scenario->name) != 0)
            continue;
        least = !least || ratio < least->comparison.ratio.value ? row : least;
        most = !most || ratio > most->comparison.ratio.value ? row : most;
    }
    selection_finish(&selection);
    if (!least)
        return;
    fprintf(out, ", times of threads : loop %s in %s",
            units_format_ratio(&least->comparison.ratio, text), least->metric.name);
    if (most != least)
        fprintf(out, ", to %s in %s", units_format_ratio(&most->comparison.ratio, text),
                most->metric.name);
}

/* Whether the other model has a figure of that name: only then are the two the same thing. */
static bool has_partner(const struct evidence *evidence, const struct trial_group *own)
{
    const struct trial_groups *groups = groups_of(evidence);
    enum model other_model =
        model_is(group_text(own, "model"), MODEL_LOOP) ? MODEL_THREADS : MODEL_LOOP;
    for (size_t i = 0; i < groups->count; i++) {
        const struct trial_group *other = &groups->groups[i];
        if (is_in(evidence, other, group_text(own, "scenario"), other_model) &&
            strcmp(group_text(other, "metric"), group_text(own, "metric")) == 0)
            return true;
    }
    return false;
}

static bool is_own_price(const struct evidence *evidence, const struct trial_group *group,
                         const char *scenario)
{
    const char *metric = group_text(group, "metric");
    return (is_in(evidence, group, scenario, MODEL_THREADS) ||
            is_in(evidence, group, scenario, MODEL_LOOP)) &&
           strcmp(group_text(group, "unit"), "ns") == 0 && !strstr(metric, "_max") &&
           !has_partner(evidence, group);
}

/* ", by themselves: loop callback_p50 390 ns": prices that have no like in the other model, and
 * therefore no ratio. Nothing where only one model was run. */
static int write_own_prices(const struct evidence *evidence, const char *scenario, FILE *out,
                            struct error *error)
{
    const struct trial_groups *groups = groups_of(evidence);
    struct answers answers = count_answers(evidence, groups, scenario);
    const char *before = ", by themselves:";
    int result = 0;
    if (answers.right[0] == 0 || answers.right[1] == 0)
        return 0;
    for (size_t i = 0; result == 0 && i < groups->count; i++) {
        const struct trial_group *group = &groups->groups[i];
        char text[UNITS_TEXT_SIZE];
        double median_ns;
        if (!is_own_price(evidence, group, scenario))
            continue;
        result = group_median(group, "value", &median_ns, error);
        if (result != 0 || isnan(median_ns))
            continue;
        fprintf(out, "%s %s %s %s", before, group_text(group, "model"), group_text(group, "metric"),
                units_format_ns(median_ns, text));
        before = ",";
    }
    return result;
}

/* What became of the scenarios, in both models. */
struct expressed {
    size_t asked;
    size_t both_right;
    bool threads_cannot; /* one that the loop can */
};

static int judge_scenario(const struct evidence *evidence, const struct trial_groups *trials,
                          const struct scenario *scenario, struct expressed *expressed,
                          struct ruling *ruling, struct error *error)
{
    struct answers answers = count_answers(evidence, trials, scenario->name);
    size_t count = answers.right[0] + answers.wrong[0] + answers.right[1] + answers.wrong[1];
    expressed->asked++;
    if (count == 0) {
        text_separate(ruling->condition);
        fprintf(ruling->condition, "%s: not run", scenario->name);
        return 0;
    }
    text_separate(ruling->figures);
    fprintf(ruling->figures, "%s right in %zu of %zu trials", scenario->name,
            answers.right[0] + answers.right[1], count);
    expressed->both_right += answers.right[0] > 0 && answers.right[1] > 0 &&
                             answers.wrong[0] == 0 && answers.wrong[1] == 0;
    expressed->threads_cannot |=
        answers.right[0] == 0 && answers.wrong[0] > 0 && answers.right[1] > 0;
    write_cost(evidence, scenario, ruling->figures);
    return write_own_prices(evidence, scenario->name, ruling->figures, error);
}

int judge_control_flow(const struct evidence *evidence, struct ruling *ruling, struct error *error)
{
    struct trial_groups all;
    struct expressed expressed = {0};
    int result = gather_trials(&all, evidence, error);
    for (const struct scenario *scenario = scenarios; result == 0 && scenario->name; scenario++)
        if (is_control_flow(scenario))
            result = judge_scenario(evidence, &all, scenario, &expressed, ruling, error);
    trial_groups_finish(&all);
    if (ftell(ruling->figures) > 0) {
        text_separate(ruling->condition);
        fputs("by verification, not by measurement: the programs verified their own answers; their "
              "times decide nothing",
              ruling->condition);
    }
    fprintf(ruling->answer, "%zu of %zu scenarios right in both", expressed.both_right,
            expressed.asked);
    if (expressed.threads_cannot)
        ruling->verdict = CLAIM_REFUTED;
    else if (expressed.both_right == expressed.asked)
        ruling->verdict = CLAIM_REPRODUCED;
    flow_write_source(is_control_flow, ruling->rests_on);
    return result;
}
