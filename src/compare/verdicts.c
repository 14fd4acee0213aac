/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/verdicts.h"

#include "analysis/analysis.h"
#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

/* The claims and their order are the same for every run. */
static void note_claims(struct verdicts *verdicts, const struct claims *claims, size_t number)
{
    if (!verdicts->rows)
        verdicts->rows = alloc_array(claims->count, sizeof *verdicts->rows);
    if (verdicts->count == 0)
        memset(verdicts->rows, 0, claims->count * sizeof *verdicts->rows);
    verdicts->count = claims->count;
    for (size_t i = 0; i < claims->count; i++) {
        const struct claim *claim = &claims->claims[i];
        verdicts->rows[i].text = claim->text;
        verdicts->rows[i].machines[number] = (struct verdict_there){
            .verdict = claim->verdict,
            .asked = strcmp(claim->figures, "not run") != 0,
        };
    }
}

void verdicts_read(struct verdicts *verdicts, const struct machines *machines)
{
    *verdicts = (struct verdicts){.count = 0};
    for (size_t i = 0; i < machines->count; i++) {
        const struct compared_machine *machine = &machines->machines[i];
        struct analysis analysis;
        int result = analysis_read(&analysis, machine->run, NULL, recorded_run_seed(machine->run));
        if (result == 0 && analysis.has_claims)
            note_claims(verdicts, &analysis.claims, i);
        analysis_finish(&analysis);
    }
}

bool verdict_counts(const struct verdict_row *row, const struct machines *machines, size_t number)
{
    const struct verdict_there *there = &row->machines[number];
    return there->asked && there->verdict != CLAIM_UNDECIDED &&
           machines->machines[number].repeats == number;
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
    return count < 2 ? CONCORD_NONE : parts ? CONCORD_PART : CONCORD_AGREE;
}

const char *verdict_there_text(const struct verdict_there *there)
{
    return there->asked ? claim_verdict_text(there->verdict) : "not run";
}

void verdicts_finish(struct verdicts *verdicts)
{
    free(verdicts->rows);
    *verdicts = (struct verdicts){.count = 0};
}
