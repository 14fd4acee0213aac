/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/analysis.h"

int analysis_read(struct analysis *analysis, const struct recorded_run *run, const char *baseline,
                  uint64_t seed)
{
    *analysis = (struct analysis){.run = run};
    const struct evidence evidence = {
        .run = run,
        .bill = &analysis->bill,
        .summary = &analysis->summary,
        .seed = seed,
        .looks = (size_t)recorded_run_looks(run),
    };
    struct error *error = &analysis->error;
    int result = bill_read(&analysis->bill, run, seed, error);
    analysis->has_bill = result == 0;
    if (result == 0)
        result = runtime_figures_read(&analysis->runtimes, run, &analysis->bill, error);
    analysis->has_runtimes = result == 0 && runtime_figures_are_many(&analysis->runtimes);
    if (result == 0)
        result = summary_read_against(&analysis->summary, run, baseline, seed, error);
    analysis->has_summary = result == 0;
    if (result == 0)
        result = claims_judge(&analysis->claims, &evidence, error);
    analysis->has_claims = result == 0;
    if (result == 0)
        result = aa_read(&analysis->aa, run, seed, error);
    analysis->has_aa = result == 1;
    analysis->failure = result < 0 ? result : 0;
    return analysis->failure;
}

int analysis_write(const struct analysis *analysis, struct error *error)
{
    const char *folder = analysis->run->folder;
    if (analysis->failure < 0)
        return error_set(error, analysis->failure, "%s", analysis->error.text);
    int result = bill_write(&analysis->bill, folder, error);
    if (result == 0)
        result = summary_write(&analysis->summary, folder, error);
    if (result == 0)
        result = claims_write(&analysis->claims, folder, error);
    if (result == 0 && analysis->has_aa)
        result = aa_write(&analysis->aa, folder, error);
    return result;
}

void analysis_finish(struct analysis *analysis)
{
    aa_finish(&analysis->aa);
    claims_finish(&analysis->claims);
    summary_finish(&analysis->summary);
    runtime_figures_finish(&analysis->runtimes);
    bill_finish(&analysis->bill);
}
