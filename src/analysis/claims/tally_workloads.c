/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A tally by workload: a verdict about several says of each what it comes to. */
#include "analysis/claims/judge.h"
#include "base/alloc.h"

#include <stdlib.h>

static struct workload workload_of_ballot(const struct ballot *ballot)
{
    return workload_of(ballot->row->a->table, ballot->row->a->first);
}

static int compare_workloads(const void *a, const void *b)
{
    return workload_compare(a, b);
}

size_t tally_workloads(const struct tally *tally, struct workload **workloads)
{
    struct workload *found = alloc_array(tally->count, sizeof *found);
    size_t count = 0;
    for (size_t i = 0; i < tally->count; i++) {
        struct workload workload = workload_of_ballot(&tally->ballots[i]);
        size_t k = 0;
        while (k < count && workload_compare(&found[k], &workload) != 0)
            k++;
        if (k == count)
            found[count++] = workload;
    }
    if (count > 0)
        qsort(found, count, sizeof *found, compare_workloads);
    *workloads = found;
    return count;
}

bool tally_tells_workload(const struct tally *tally)
{
    for (size_t i = 0; i < tally->count; i++) {
        struct workload workload = workload_of_ballot(&tally->ballots[i]);
        if (workload_needs_name(&workload))
            return true;
    }
    return false;
}

struct tally tally_of_workload(const struct tally *tally, const struct workload *workload)
{
    struct tally part = {.factor = tally->factor};
    for (size_t i = 0; i < tally->count; i++) {
        const struct trial_group *trials = tally->ballots[i].row->a;
        if (workload_has(workload, trials->table, trials->first))
            tally_vote(&part, &tally->ballots[i]);
    }
    return part;
}

void tally_write_workloads(const struct tally *tally, enum claimed claimed, FILE *out)
{
    struct workload *workloads;
    size_t count = tally_workloads(tally, &workloads);
    if (!tally_tells_workload(tally) || tally_has_few_blocks(tally))
        count = 0;
    for (size_t i = 0; i < count; i++) {
        struct tally part = tally_of_workload(tally, &workloads[i]);
        fputs(i > 0 ? ", " : "; by itself ", out);
        workload_write(&workloads[i], out);
        fprintf(out, " %s (", claim_verdict_text(tally_decide(&part, claimed)));
        tally_write_basis(&part, out);
        fputc(')', out);
        free(part.ballots);
    }
    free(workloads);
}
