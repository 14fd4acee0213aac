/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The judges of the claims, one function each (judge_*.c), and what they have in common: the rows
 * that they ask for (selection.c, in words selection_words.c) and how far a model got (reach.c). */
#ifndef WAITBENCH_ANALYSIS_CLAIMS_JUDGE_H
#define WAITBENCH_ANALYSIS_CLAIMS_JUDGE_H

#include "analysis/claims/tally.h"

#include "run/model.h"

#include <stdio.h>

/* A claim in the making: judges write to the texts and set the verdict. A judge that has written no
 * figures had nothing to judge by. */
struct ruling {
    enum claim_verdict verdict;
    size_t settings; /* that the claim was asked in, and those of them whose side is resolved; 0 */
    size_t resolved; /* where it is not asked in settings */
    size_t store_cpus; /* of the server, where a setting's database shares them; else 0 */
    FILE *answer;
    FILE *figures;
    FILE *condition;
    FILE *rests_on;
    FILE *talk;                 /* the talk's own figures beside ours; figures have it, too */
    struct open_settings *open; /* settings that do not decide it are added */
    struct claim_setting shown; /* as the answer is written */
    struct claim_votes votes;
};

/* Writes the two figures that bear the ruling's verdict, threads first: "43.1 k/s against 69.0 k/s,
 * 0.62 times", of the setting in the middle of those that are resolved; or, where they are on both
 * sides or undecided, how far the settings reach: "0.55 to 1.10 times in 12 settings"; or why there
 * is no figure: "withheld in 4 of 4". At most 38 characters. */
void answer_write(const struct tally *const *tallies, size_t tally_count, struct ruling *ruling);

/* The same of one setting, which the claim shows from then on. */
void answer_show(const struct claim_setting *shown, struct ruling *ruling);

/* The same of two figures in a unit as files have it ("ns", "bytes", "per_second"), without the
 * ratio where that is NAN; and a ratio alone: "0.62". */
void answer_write_pair(double threads, double loop, const char *unit, double ratio, FILE *out);
void answer_write_ratio(double ratio, FILE *out);

/* Adds a vote for each setting of a tally; or one without a setting, for the caller to fill. The
 * metric's words are static. */
void ruling_add_votes(struct ruling *ruling, const struct tally *tally,
                      const struct evidence *evidence, const struct question *question,
                      const char *metric);
struct claim_vote *ruling_add_vote(struct ruling *ruling, const char *metric);

/* Adds a tally's settings to what the verdict rests on, and says in the condition how many they
 * are; whether their database shares the server's CPUs is noted. */
void ruling_rest_on(struct ruling *ruling, const struct tally *tally);

/* Each returns 0 or -errno with `error` set. */
typedef int judge_function(const struct evidence *evidence, struct ruling *ruling,
                           struct error *error);

judge_function judge_memory_per_waiter, judge_memory_growth;
judge_function judge_threads_few_hundred, judge_loop_unbounded;
judge_function judge_speed, judge_tail, judge_idle_only, judge_compatibility;
judge_function judge_trickiness, judge_control_flow, judge_cancellation;

/* Whether the trials are of a scenario that decides such claims. What it costs to wait is asked of
 * the plain server alone: another one does other work, and no verdict is about both. */
bool trials_are_of(const struct trial_group *trials, enum scenario_claim claim);

/* Whether they are of the pair that is judged. */
bool trials_are_of_pair(const struct trial_group *trials, const struct evidence *evidence);

/* The same, where both halves of an A/A run's arm count. */
bool arm_is_of_pair(const struct trial_group *trials, const struct evidence *evidence);

/* Writes what the pair's program of that model is called, "echo-threads"; and both of them,
 * "echo-threads and echo-loop". */
void pair_write_program(const struct evidence *evidence, enum model model, FILE *out);
void pair_write_programs(const struct evidence *evidence, FILE *out);

/* Finds the pairs that there are claims of: ours, whether it took part or not; and by name those
 * that have threads and a loop in one scenario. The caller owns the `count` pairs. */
size_t pairs_find(struct claim_pair **pairs, const struct summary *summary);

/* Which trials are meant: of waiters with a connection each, to the plain server; and of those that
 * wait for nothing that comes from a network, as the talk's own programs do. */
typedef bool trials_choice(const struct trial_group *trials);
trials_choice trials_are_connected, trials_are_without_network;

/* Writes what a thread and a task keep resident, and what the talk has of it. Nothing of a pair of
 * which it has no figures, or without ours. Returns 0 or -EBADMSG. */
int talk_write_memory(const struct evidence *evidence, FILE *out, struct error *error);

/* The rows that answer a question: one for each setting, of the way that the loop does best with.
 * `ways` has those of all ways, setting by setting, of which row i's begin at first_way[i]. */
struct selection {
    const struct summary_row **rows;
    size_t count;
    const struct summary_row **ways;
    size_t *first_way; /* and where the last row's end */
    bool is_grouped;   /* rows are told under their workload's name, which they do not repeat */
};

struct selection question_select(const struct question *question, const struct evidence *evidence);
void selection_finish(struct selection *selection);

/* How many ways the setting of that row has. */
size_t selection_ways_of(const struct selection *selection, size_t row);

/* Reads the vote of a row's setting, with all its ways. Returns 0 with `ballot` for the caller to
 * finish, or -EBADMSG with `error` set. */
int selection_read_ballot(const struct selection *selection, size_t row, double factor,
                          struct ballot *ballot, struct error *error);

/* Whether rows must be told by their workload: not where all are the plain server's. */
bool selection_tells_workload(const struct selection *selection);

/* Writes "10 active connections, light work": the row's conditions and options that differ within
 * the selection, without the columns `x` and `also` (either may be NULL). Nothing when none does.
 * Of the kinds of work and of the load all is said at once, as wording_write_work and _load do. */
void selection_write_row(const struct selection *selection, const struct summary_row *row,
                         const char *x, const char *also, FILE *out);

/* The median of a group's trials in a column; NAN without any. Returns 0 or -EBADMSG. */
int group_median(const struct trial_group *group, const char *column, double *median,
                 struct error *error);

/* Whether a trial of memory.csv shows a waiter by itself: cold, the default stack, no work, nothing
 * held. */
bool trials_are_plain(const struct trial_group *trials);

/* The most waiters that a model had, and the fewest with which it failed. */
struct reach {
    double largest;   /* waiters in a valid trial; 0 without any */
    double failed;    /* the fewest beyond that, with which every trial failed; INFINITY: none */
    const char *note; /* why, as the trial says */
    const struct trial_group *at_largest; /* in memory.csv; NULL when reached elsewhere */
};

/* Of the plain server, over all experiments but flow. Returns 0 or -EBADMSG. */
int reach_find(struct reach *reach, const struct evidence *evidence, enum model model,
               struct error *error);

/* Whether the model was run at all. */
bool reach_is_known(const struct reach *reach);

/* Writes "threads: largest count reached 19,900, all there after 621 ms". Returns 0 or -EBADMSG. */
int reach_write(const struct reach *reach, const char *what, FILE *out, struct error *error);

/* Writes "flow.csv: scenarios futures, executor": those for which `is_asked` is true. */
void flow_write_source(bool (*is_asked)(const struct scenario *scenario), FILE *out);

/* Whether the row is about a time that is no maximum: that is one sample, and says more about the
 * machine's worst moment than about the model. */
bool row_is_steady_time(const struct summary_row *row);

/* "; " when `out` has text already. */
void text_separate(FILE *out);

#endif
