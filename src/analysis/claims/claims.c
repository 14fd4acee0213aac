/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/claims/claims.h"

#include "analysis/claims/judge.h"
#include "analysis/summary/derived.h"
#include "base/alloc.h"
#include "run/pair.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The claims are those of A. Jesse Jiryu Davis, "Why Should Async Get All the Love? Advanced
 * Control Flow with Threads" (PyCon US 2022), which is about Python, asked here of C, pthreads and
 * libuv, and of other languages where a run has them. */
static const struct {
    const char *id;
    const char *name;
    const char *text;
    judge_function *judge;
} claims_known[] = {
    {"memory-per-waiter", "threads cost more memory", "A thread costs more memory than a task",
     judge_memory_per_waiter},
    {"memory-growth", "loop memory grows slower",
     "The event loop's memory grows slower as concurrency rises", judge_memory_growth},
    {"threads-few-hundred", "many threads impractical",
     "More than a few hundred threads are impractical", judge_threads_few_hundred},
    {"loop-unbounded", "tasks have no bound", "Tasks have effectively no upper bound",
     judge_loop_unbounded},
    {"speed", "threads are as fast", "Threads are at least as fast as an event loop", judge_speed},
    {"tail", "the loop's tail is worse", "Tail latency is worse with an event loop", judge_tail},
    {"idle-only", "loop only for many idle",
     "The loop is more efficient only for huge numbers of mostly idle connections",
     judge_idle_only},
    {"trickiness", "threads lose updates",
     "An unsynchronised counter += 1 loses updates with threads and not in a loop",
     judge_trickiness},
    {"control-flow", "threads express as much",
     "Threads with futures and executors express what async can", judge_control_flow},
    {"cancellation", "threads cancel worse", "Cancelling threads is worse than cancelling tasks",
     judge_cancellation},
    {"compatibility", "blocking calls just work",
     "Threads work with blocking libraries as they are", judge_compatibility},
};
#define CLAIM_COUNT (sizeof claims_known / sizeof *claims_known)

const char *claim_verdict_text(enum claim_verdict verdict)
{
    static const char *const texts[] = {"undecided", "reproduced", "refuted", "depends"};
    return texts[verdict];
}

static void note_not_run(struct claim *claim)
{
    free(claim->answer);
    free(claim->figures);
    free(claim->condition);
    free(claim->rests_on);
    free(claim->talk);
    claim_votes_finish(&claim->votes);
    claim->verdict = CLAIM_UNDECIDED;
    claim->shown = (struct claim_setting){.threads = NAN};
    claim->settings = 0;
    claim->resolved = 0;
    claim->answer = alloc_text("not run");
    claim->figures = alloc_text("not run");
    claim->condition = alloc_text("");
    claim->rests_on = alloc_text("");
    claim->talk = alloc_text("");
}

static void add_talk(const struct claim *claim, struct ruling *ruling)
{
    fflush(ruling->talk);
    if (*claim->talk == '\0')
        return;
    text_separate(ruling->figures);
    fputs(claim->talk, ruling->figures);
}

static int judge_claim(struct claim *claim, judge_function *judge, const struct evidence *evidence,
                       struct open_settings *open, struct error *error)
{
    size_t answer = 0;
    size_t figures = 0;
    size_t condition = 0;
    size_t rests_on = 0;
    size_t talk = 0;
    struct ruling ruling = {
        .verdict = CLAIM_UNDECIDED,
        .shown.threads = NAN,
        .answer = alloc_checked(open_memstream(&claim->answer, &answer)),
        .figures = alloc_checked(open_memstream(&claim->figures, &figures)),
        .condition = alloc_checked(open_memstream(&claim->condition, &condition)),
        .rests_on = alloc_checked(open_memstream(&claim->rests_on, &rests_on)),
        .talk = alloc_checked(open_memstream(&claim->talk, &talk)),
        .open = open,
    };
    int result = judge(evidence, &ruling, error);
    if (result == 0 && ruling.store_cpus > 0) {
        text_separate(ruling.condition);
        fprintf(ruling.condition, "the database on the server's CPU%s",
                ruling.store_cpus > 1 ? "s" : "");
    }
    fflush(ruling.figures);
    if (result == 0 && strstr(claim->figures, TALLY_FEW_BLOCKS))
        fprintf(ruling.figures, "; too few blocks for a verdict, which takes %d",
                STATISTICS_BLOCKS_MIN);
    add_talk(claim, &ruling);
    fclose(ruling.answer);
    fclose(ruling.figures);
    fclose(ruling.condition);
    fclose(ruling.rests_on);
    fclose(ruling.talk);
    claim->verdict = ruling.verdict;
    claim->settings = ruling.settings;
    claim->resolved = ruling.resolved;
    claim->shown = ruling.shown;
    claim->votes = ruling.votes;
    if (result == 0 && figures == 0)
        note_not_run(claim);
    return result;
}

/* Each judge sees the rows of one pair. */
static int judge_pair(struct claims *judged, const struct evidence *evidence, struct error *error)
{
    int result = 0;
    for (size_t i = 0; result == 0 && i < CLAIM_COUNT; i++) {
        struct claim *claim = &judged->claims[judged->count++];
        claim->id = claims_known[i].id;
        claim->text = claims_known[i].text;
        claim->name = claims_known[i].name;
        claim->pair = evidence->pair;
        result = judge_claim(claim, claims_known[i].judge, evidence, &judged->open, error);
    }
    return result;
}

int claims_judge(struct claims *claims, const struct evidence *evidence, struct error *error)
{
    struct claims judged = {.count = 0};
    struct evidence of_pair = *evidence;
    int result = 0;
    judged.pair_count = pairs_find(&judged.pairs, evidence->summary);
    judged.claims = alloc_array(judged.pair_count * CLAIM_COUNT, sizeof *judged.claims);
    for (size_t i = 0; result == 0 && i < judged.pair_count; i++) {
        of_pair.pair = judged.pairs[i].name;
        result = judge_pair(&judged, &of_pair, error);
    }
    if (result < 0) {
        claims_finish(&judged);
        return result;
    }
    *claims = judged;
    return 0;
}

int claims_write(const struct claims *claims, const char *run_dir, struct error *error)
{
    static const char *const columns[] = {
        "id",       "claim", "verdict",  "figures",  "condition",
        "rests_on", "pair",  "settings", "resolved", "answer",
    };
    struct derived file;
    int result = derived_begin(&file, run_dir, "claims.csv", columns,
                               sizeof columns / sizeof *columns, error);
    if (result < 0)
        return result;
    for (size_t i = 0; result == 0 && i < claims->count; i++) {
        const struct claim *claim = &claims->claims[i];
        csv_set_text(file.csv, "id", claim->id);
        csv_set_text(file.csv, "claim", claim->text);
        csv_set_text(file.csv, "verdict", claim_verdict_text(claim->verdict));
        csv_set_text(file.csv, "figures", claim->figures);
        csv_set_text(file.csv, "condition", claim->condition);
        csv_set_text(file.csv, "rests_on", claim->rests_on);
        csv_set_text(file.csv, "pair", claim->pair);
        if (claim->settings > 0) {
            csv_set_int64(file.csv, "settings", (int64_t)claim->settings);
            csv_set_int64(file.csv, "resolved", (int64_t)claim->resolved);
        }
        csv_set_text(file.csv, "answer", claim->answer);
        result = csv_end_row(file.csv, error);
    }
    return derived_end(&file, result, error);
}

size_t claims_per_pair(const struct claims *claims)
{
    return claims->pair_count > 0 ? claims->count / claims->pair_count : 0;
}

const struct claim *claims_find(const struct claims *claims, size_t pair, const char *id)
{
    size_t count = claims_per_pair(claims);
    for (size_t i = pair * count; i < (pair + 1) * count; i++)
        if (strcmp(claims->claims[i].id, id) == 0)
            return &claims->claims[i];
    return NULL;
}

const struct claim *claims_of_pair(const struct claims *claims, size_t pair, size_t index)
{
    return &claims->claims[pair * claims_per_pair(claims) + index];
}

size_t claims_shown_pairs(const struct claims *claims, size_t **pairs)
{
    size_t count = 0;
    *pairs = alloc_array(claims->pair_count, sizeof **pairs);
    for (size_t i = 0; i < claims->pair_count; i++)
        if (claims->pairs[i].took_part)
            (*pairs)[count++] = i;
    /* Ours is the first, and `pairs` is zeroed. */
    return count > 0 || claims->pair_count == 0 ? count : 1;
}

void claim_write_text(const struct claim *claim, FILE *out)
{
    fputs(claim->text, out);
    if (!pair_is_ours(claim->pair))
        fprintf(out, " (%s)", claim->pair);
}

void claim_basis_write(const struct claim_basis *basis, FILE *out)
{
    if (strcmp(basis->figures, "not run") == 0)
        fputs(" (not run)", out);
    else if (strstr(basis->figures, "too few blocks for a verdict"))
        fputs(" (too few blocks)", out);
    else if (strstr(basis->condition, "and nothing else decides"))
        fputs(" (calls that block: not run)", out);
    else if (strstr(basis->condition, "the database was the limit throughout") &&
             basis->settings == 0)
        fputs(" (the database was the limit)", out);
    else if (basis->settings > 0)
        fprintf(out, " (%zu of %zu settings)", basis->resolved, basis->settings);
}

void claim_write_basis(const struct claim *claim, FILE *out)
{
    const struct claim_basis basis = {
        .figures = claim->figures,
        .condition = claim->condition,
        .settings = claim->settings,
        .resolved = claim->resolved,
    };
    claim_basis_write(&basis, out);
}

void claims_finish(struct claims *claims)
{
    for (size_t i = 0; i < claims->count; i++) {
        free(claims->claims[i].answer);
        free(claims->claims[i].figures);
        free(claims->claims[i].condition);
        free(claims->claims[i].rests_on);
        free(claims->claims[i].talk);
        claim_votes_finish(&claims->claims[i].votes);
    }
    for (size_t i = 0; i < claims->pair_count; i++)
        free(claims->pairs[i].name);
    free(claims->claims);
    free(claims->pairs);
    open_settings_finish(&claims->open);
    *claims = (struct claims){0};
}
