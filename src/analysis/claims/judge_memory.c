/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Claims about the memory of one more waiter. */
#include "analysis/claims/judge.h"
#include "analysis/words/units.h"
#include "base/alloc.h"
#include "run/model.h"
#include "run/pair.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct bill_arm *find_loop(const struct evidence *evidence,
                                        const struct bill_arm *threads)
{
    const struct bill *bill = evidence->bill;
    static const char *const equal[] = {
        "scenario",        "allocator",  "warm",   "work_stack_bytes",
        "work_heap_bytes", "hold_bytes", "shards", NULL,
    };
    for (size_t i = 0; i < bill->count; i++) {
        const struct trial_group *loop = &bill->bills[i].trials;
        bool found =
            model_is(group_text(loop, "model"), MODEL_LOOP) && trials_are_of_pair(loop, evidence);
        for (size_t k = 0; found && equal[k]; k++)
            found = strcmp(group_text(loop, equal[k]), group_text(&threads->trials, equal[k])) == 0;
        if (found)
            return &bill->bills[i];
    }
    return NULL;
}

/* Threads and the loop under equal conditions, and threads / loop of the slopes. */
struct bill_pair {
    const struct bill_arm *threads;
    const struct bill_arm *loop;
    struct estimate user;
    struct estimate total;
};

static int price_ratio(const struct bill_pair *pair, enum component component, uint64_t seed,
                       struct estimate *ratio, struct error *error)
{
    struct slope_point *threads = NULL;
    struct slope_point *loop = NULL;
    int64_t threads_count = bill_points(&pair->threads->trials, component, &threads, error);
    int64_t loop_count = threads_count < 0
                             ? threads_count
                             : bill_points(&pair->loop->trials, component, &loop, error);
    if (loop_count >= 0)
        *ratio = slope_ratio(threads, (size_t)threads_count, loop, (size_t)loop_count, seed);
    free(threads);
    free(loop);
    return loop_count < 0 ? (int)loop_count : 0;
}

/* Returns 1, 0 when the arm is not threads or has no loop to stand against, or -EBADMSG. */
static int make_pair(const struct evidence *evidence, trials_choice *choice, size_t index,
                     struct bill_pair *pair, struct error *error)
{
    pair->threads = &evidence->bill->bills[index];
    pair->loop = find_loop(evidence, pair->threads);
    if (!model_is(group_text(&pair->threads->trials, "model"), MODEL_THREADS) ||
        !choice(&pair->threads->trials) || !trials_are_of_pair(&pair->threads->trials, evidence) ||
        !pair->loop)
        return 0;
    int result = price_ratio(pair, COMPONENT_USER, evidence->seed, &pair->user, error);
    if (result == 0)
        result = price_ratio(pair, COMPONENT_TOTAL, evidence->seed, &pair->total, error);
    return result < 0 ? result : !isnan(pair->total.value);
}

bool trials_are_plain(const struct trial_group *trials)
{
    return group_text(trials, "stack_bytes")[0] == '\0' &&
           strtod(group_text(trials, "warm"), NULL) == 0 &&
           strtod(group_text(trials, "work_stack_bytes"), NULL) == 0 &&
           strtod(group_text(trials, "hold_bytes"), NULL) == 0;
}

/* Of ours all that is of no pair, too: as if threads and loop had been meant. */
static bool is_judged(const struct trial_group *trials, const struct evidence *evidence)
{
    bool is_ours = !evidence->pair || pair_is_ours(evidence->pair);
    return trials_are_of_pair(trials, evidence) ||
           (is_ours && *pair_of_row(trials->table, trials->first) == '\0');
}

static bool has_plain_memory(const struct evidence *evidence)
{
    const struct bill *bill = evidence->bill;
    for (size_t i = 0; i < bill->count; i++) {
        const struct trial_group *trials = &bill->bills[i].trials;
        struct workload workload = workload_of(bill->table, trials->first);
        if (workload_is_plain(&workload) && is_judged(trials, evidence))
            return true;
    }
    return false;
}

/* Where memory of the plain server was run without telling a price. */
static void note_no_pair(FILE *out)
{
    fputs("no pair of threads and loop with a slope each, which takes four counts of waiters", out);
}

/* "echo-threads with 64.0 KiB stacks, cold" */
static void write_arm(const struct trial_group *trials, FILE *out)
{
    char text[UNITS_TEXT_SIZE];
    const char *stack = group_text(trials, "stack_bytes");
    fputs(group_text(trials, "subject"), out);
    if (stack[0] != '\0')
        fprintf(out, " with %s stacks", units_format_bytes(strtod(stack, NULL), text));
    fputs(strtod(group_text(trials, "warm"), NULL) > 0 ? ", warm" : ", cold", out);
}

static enum claim_verdict decide_dearer(const struct estimate *ratio)
{
    if (isnan(ratio->interval.low))
        return CLAIM_UNDECIDED;
    if (ratio->interval.low > 1 + JUDGE_MARGIN)
        return CLAIM_REPRODUCED;
    return ratio->interval.high < 1 + JUDGE_MARGIN ? CLAIM_REFUTED : CLAIM_UNDECIDED;
}

static void add_vote(const struct bill_pair *pair, struct ruling *ruling)
{
    static const enum side sides[] = {
        [CLAIM_UNDECIDED] = SIDE_UNRESOLVED,
        [CLAIM_REPRODUCED] = SIDE_HIGHER,
        [CLAIM_REFUTED] = SIDE_LOWER,
    };
    struct claim_vote *vote = ruling_add_vote(ruling, "memory per waiter");
    size_t length = 0;
    FILE *setting = alloc_checked(open_memstream(&vote->setting, &length));
    write_arm(&pair->threads->trials, setting);
    fclose(setting);
    vote->ratio = pair->total;
    vote->side = sides[decide_dearer(&pair->total)];
    vote->absence = isnan(pair->total.interval.low) ? "too few blocks" : NULL;
}

/* The pair that stands for the claim (threads with the default stack, cold), and the one in which
 * threads come off best; each is a vote of `votes`, unless that is NULL. Returns how many pairs
 * there are, or -EBADMSG. */
static int find_pairs(const struct evidence *evidence, trials_choice *choice,
                      struct bill_pair *plain, struct bill_pair *least, struct ruling *votes,
                      struct error *error)
{
    int count = 0;
    bool has_plain = false;
    for (size_t i = 0; i < evidence->bill->count; i++) {
        struct bill_pair pair;
        int result = make_pair(evidence, choice, i, &pair, error);
        if (result < 0)
            return result;
        if (result == 0)
            continue;
        if (votes)
            add_vote(&pair, votes);
        if (count == 0 || pair.total.value < least->total.value)
            *least = pair;
        if (count == 0 || (!has_plain && trials_are_plain(&pair.threads->trials)))
            *plain = pair;
        has_plain |= trials_are_plain(&pair.threads->trials);
        count++;
    }
    return count;
}

static void write_prices(const struct bill_pair *pair, enum component component, const char *what,
                         const char *task, FILE *out)
{
    char text[UNITS_TEXT_SIZE];
    const struct estimate *ratio = component == COMPONENT_USER ? &pair->user : &pair->total;
    text_separate(out);
    fprintf(out, "%s: ", what);
    units_write_bytes(&pair->threads->components[component].slope, out);
    fputs(" per thread, ", out);
    units_write_bytes(&pair->loop->components[component].slope, out);
    fprintf(out, " per %s", task);
    if (!isnan(ratio->value))
        fprintf(out, ", %s times", units_format_ratio(ratio, text));
}

static void note_few_blocks(const struct estimate *ratio, FILE *figures)
{
    if (isnan(ratio->interval.low))
        fprintf(figures, "; too few blocks for a verdict (%zu, of at least %d)", ratio->blocks,
                STATISTICS_BLOCKS_MIN);
}

/* Whether kernel stacks were counted as such, or told from how many threads there are: then they
 * repeat to the byte whatever the kernel spends. Only cgroup v2 counts them. */
static bool stacks_are_counted(const struct bill_pair *pair)
{
    const char *source = group_text(&pair->threads->trials, "kernel_source");
    return source[0] == '\0' || strcmp(source, "cgroup-v2") == 0;
}

static void write_caveat(const struct bill_pair *pair, FILE *out)
{
    const char *source = group_text(&pair->threads->trials, "kernel_source");
    if (stacks_are_counted(pair))
        return;
    text_separate(out);
    if (strcmp(source, "cgroup-v1") == 0)
        fputs("all in is what the kernel charged; how much of it is kernel stacks is modelled from "
              "the machine's total (kernel_source cgroup-v1), and that split's interval shows "
              "repeatability, not truth",
              out);
    else
        fprintf(out,
                "the interval shows repeatability, not truth: the kernel's part is derived from "
                "the machine's total, not counted for the subject (kernel_source %s)",
                source);
}

static void write_rests_on(const struct bill_pair *pair, FILE *out)
{
    fputs("memory-per-waiter.csv: user and total of ", out);
    write_arm(&pair->threads->trials, out);
    fputs(" and of ", out);
    write_arm(&pair->loop->trials, out);
}

/* Of connections; where none were run, of waiters without a network. */
int judge_memory_per_waiter(const struct evidence *evidence, struct ruling *ruling,
                            struct error *error)
{
    char text[UNITS_TEXT_SIZE];
    struct bill_pair plain;
    struct bill_pair least;
    bool has_connections = has_plain_memory(evidence);
    const char *task = has_connections ? "loop connection" : "task";
    int count =
        find_pairs(evidence, has_connections ? trials_are_connected : trials_are_without_network,
                   &plain, &least, ruling, error);
    if (count == 0 && has_connections)
        note_no_pair(ruling->figures);
    if (count <= 0)
        return count;
    write_prices(&plain, COMPONENT_USER, "user pages", task, ruling->figures);
    write_prices(&plain, COMPONENT_TOTAL, "all in", task, ruling->figures);
    ruling->verdict = decide_dearer(&plain.total);
    note_few_blocks(&plain.total, ruling->figures);
    const struct claim_setting shown = {
        .threads = plain.threads->components[COMPONENT_TOTAL].slope.value,
        .loop = plain.loop->components[COMPONENT_TOTAL].slope.value,
        .unit = "bytes",
        .ratio = plain.total,
    };
    answer_show(&shown, ruling);
    if (count > 1) {
        fprintf(ruling->condition, "smallest of %d pairs, all in: %s times with ", count,
                units_format_ratio(&least.total, text));
        write_arm(&least.threads->trials, ruling->condition);
    }
    write_caveat(&plain, ruling->condition);
    write_rests_on(&plain, ruling->rests_on);
    return talk_write_memory(evidence, ruling->talk, error);
}

static bool row_is_plain(const struct summary_row *row)
{
    return trials_are_plain(row->a);
}

static void write_line(const char *what, const struct slope *slope, FILE *out)
{
    char text[UNITS_TEXT_SIZE];
    text_separate(out);
    fprintf(out, "%s: ", what);
    units_write_bytes(&slope->slope, out);
    fprintf(out, " per waiter over a constant %s", units_format_bytes(slope->intercept, text));
}

/* "1,000 more: 36.0 MiB against 4.00 MiB": what growing means, in a figure that is not the price of
 * one again. */
static void write_growth(const struct bill_pair *pair, FILE *out)
{
    const double more = 1000;
    units_write_whole(more, out);
    fputs(" more: ", out);
    answer_write_pair(more * pair->threads->components[COMPONENT_TOTAL].slope.value,
                      more * pair->loop->components[COMPONENT_TOTAL].slope.value, "bytes", NAN,
                      out);
}

int judge_memory_growth(const struct evidence *evidence, struct ruling *ruling, struct error *error)
{
    static const struct question total = {.experiment = EXPERIMENT_MEMORY,
                                          .metric = "total",
                                          .of = CLAIM_OF_WAITING,
                                          .keep = row_is_plain};
    struct bill_pair plain;
    struct bill_pair least;
    int count = find_pairs(evidence, trials_are_connected, &plain, &least, NULL, error);
    if (count == 0 && has_plain_memory(evidence))
        note_no_pair(ruling->figures);
    if (count <= 0)
        return count;
    write_line("threads", &plain.threads->components[COMPONENT_TOTAL], ruling->figures);
    write_line("loop", &plain.loop->components[COMPONENT_TOTAL], ruling->figures);
    ruling->verdict = decide_dearer(&plain.total);
    note_few_blocks(&plain.total, ruling->figures);
    write_growth(&plain, ruling->answer);
    write_rests_on(&plain, ruling->rests_on);
    struct tally bytes = {0};
    struct tally *const family[] = {&bytes};
    int result = tally_add(&bytes, evidence, &total, error);
    tally_control(family, 1);
    ruling_add_votes(ruling, &bytes, evidence, &total, "memory");
    if (result == 0)
        result = crossings_write(&bytes, evidence, &total, "memory", "waiters_requested", NULL,
                                 ruling->condition, error);
    tally_finish(&bytes);
    return result;
}
