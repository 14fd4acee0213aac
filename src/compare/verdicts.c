/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/verdicts.h"

#include "analysis/analysis.h"
#include "base/alloc.h"
#include "compare/differences.h"
#include "run/pair.h"

#include <stdlib.h>
#include <string.h>

static char *text_of(const struct claim *claim)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = alloc_checked(open_memstream(&text, &length));
    claim_write_text(claim, out);
    fclose(out);
    return alloc_checked(text);
}

/* The row of that claim and pair; a new one where no run before has them. */
static struct verdict_row *find_row(struct verdicts *verdicts, const struct claim *claim,
                                    size_t place)
{
    for (size_t i = 0; i < verdicts->count; i++)
        if (verdicts->rows[i].place == place && strcmp(verdicts->rows[i].pair, claim->pair) == 0)
            return &verdicts->rows[i];
    verdicts->rows =
        alloc_grow(verdicts->rows, verdicts->count, &verdicts->capacity, sizeof *verdicts->rows);
    struct verdict_row *row = &verdicts->rows[verdicts->count++];
    *row = (struct verdict_row){
        .text = text_of(claim), .pair = alloc_text(claim->pair), .place = place};
    return row;
}

/* The claims of a pair and their order are the same for every run; the pairs need not be. */
static void note_claims(struct verdicts *verdicts, const struct claims *claims, size_t number,
                        bool is_copy)
{
    size_t per_pair = claims_per_pair(claims);
    for (size_t i = 0; i < claims->count; i++) {
        const struct claim *claim = &claims->claims[i];
        struct verdict_row *row = find_row(verdicts, claim, i % per_pair);
        row->runs += !is_copy;
        row->machines[number] = (struct verdict_there){
            .verdict = claim->verdict,
            .asked = strcmp(claim->figures, "not run") != 0,
        };
        verdict_settings_read(&row->machines[number].settings, claim);
    }
}

static int compare_rows(const void *left, const void *right)
{
    const struct verdict_row *a = left;
    const struct verdict_row *b = right;
    if (a->place != b->place)
        return a->place < b->place ? -1 : 1;
    if (pair_is_ours(a->pair) != pair_is_ours(b->pair))
        return pair_is_ours(a->pair) ? -1 : 1;
    return strcmp(a->pair, b->pair);
}

void verdicts_read(struct verdicts *verdicts, const struct machines *machines)
{
    *verdicts = (struct verdicts){.count = 0};
    for (size_t i = 0; i < machines->count; i++) {
        const struct compared_machine *machine = &machines->machines[i];
        struct analysis analysis;
        int result = analysis_read(&analysis, machine->run, NULL, recorded_run_seed(machine->run));
        if (result == 0 && analysis.has_claims)
            note_claims(verdicts, &analysis.claims, i, machine->repeats != i);
        analysis_finish(&analysis);
    }
    if (verdicts->count > 0)
        qsort(verdicts->rows, verdicts->count, sizeof *verdicts->rows, compare_rows);
}

bool verdict_counts(const struct verdict_row *row, const struct machines *machines, size_t number)
{
    const struct verdict_there *there = &row->machines[number];
    return there->asked && there->verdict != CLAIM_UNDECIDED &&
           machines->machines[number].repeats == number;
}

bool verdict_is_shared(const struct verdict_row *row)
{
    return row->runs > 1 || pair_is_ours(row->pair);
}

enum concord verdict_concord(const struct verdict_row *row, const struct machines *machines)
{
    size_t count = 0;
    bool parts = false;
    enum claim_verdict first = CLAIM_UNDECIDED;
    for (size_t i = 0; i < machines->count; i++) {
        if (!verdict_counts(row, machines, i))
            continue;
        if (count++ == 0)
            first = row->machines[i].verdict;
        parts |= row->machines[i].verdict != first;
    }
    if (count < 2 || parts)
        return parts ? CONCORD_PART : CONCORD_NONE;
    int unused[MACHINES_MAX];
    bool crosses = first == CLAIM_DEPENDS && verdict_opposed(row, machines, unused);
    return crosses ? CONCORD_CROSS : CONCORD_AGREE;
}

static const struct verdict_setting *find_opposed(const struct verdict_row *row,
                                                  const struct machines *machines)
{
    for (size_t i = 0; i < machines->count; i++)
        for (size_t k = i + 1; k < machines->count; k++) {
            const struct verdict_setting *opposed =
                verdict_settings_opposed(&row->machines[i].settings, &row->machines[k].settings);
            if (opposed && verdict_counts(row, machines, i) && verdict_counts(row, machines, k))
                return opposed;
        }
    return NULL;
}

const struct verdict_setting *verdict_opposed(const struct verdict_row *row,
                                              const struct machines *machines,
                                              int sides[MACHINES_MAX])
{
    const struct verdict_setting *opposed = find_opposed(row, machines);
    for (size_t i = 0; i < MACHINES_MAX; i++) {
        const struct verdict_setting *there = NULL;
        if (opposed && i < machines->count && verdict_counts(row, machines, i))
            there = verdict_settings_find(&row->machines[i].settings, opposed->key);
        sides[i] = there && there->better == BETTER_THREADS ? 0
                   : there && there->better == BETTER_LOOP  ? 1
                                                            : SIDE_NONE;
    }
    return opposed;
}

bool verdict_settings_are_shared(const struct verdict_row *row, const struct machines *machines)
{
    for (size_t i = 0; i < machines->count; i++)
        for (size_t k = i + 1; k < machines->count; k++)
            if (verdict_counts(row, machines, i) && verdict_counts(row, machines, k) &&
                !verdict_settings_are_alike(&row->machines[i].settings, &row->machines[k].settings))
                return false;
    return true;
}

const char *verdict_there_text(const struct verdict_there *there)
{
    return there->asked ? claim_verdict_text(there->verdict) : "not run";
}

void verdicts_finish(struct verdicts *verdicts)
{
    for (size_t i = 0; i < verdicts->count; i++) {
        for (size_t k = 0; k < MACHINES_MAX; k++)
            verdict_settings_finish(&verdicts->rows[i].machines[k].settings);
        free(verdicts->rows[i].text);
        free(verdicts->rows[i].pair);
    }
    free(verdicts->rows);
    *verdicts = (struct verdicts){.count = 0};
}
