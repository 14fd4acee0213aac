/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/analysis.h"

#include "analysis/claims/claims.h"
#include "analysis/summary/aa.h"
#include "analysis/summary/bill.h"
#include "analysis/summary/summary.h"

static int write_claims(const struct evidence *evidence, struct error *error)
{
    struct claims claims;
    int result = claims_judge(&claims, evidence, error);
    if (result < 0)
        return result;
    result = claims_write(&claims, evidence->run_dir, error);
    claims_finish(&claims);
    return result;
}

static int write_aa(const char *run_dir, uint64_t seed, struct error *error)
{
    struct aa aa;
    int result = aa_read(&aa, run_dir, seed, error);
    if (result <= 0)
        return result;
    result = aa_write(&aa, run_dir, error);
    aa_finish(&aa);
    return result;
}

int analysis_write(const char *run_dir, uint64_t seed, struct error *error)
{
    return analysis_write_against(run_dir, NULL, seed, error);
}

int analysis_write_against(const char *run_dir, const char *baseline, uint64_t seed,
                           struct error *error)
{
    struct bill bill = {0};
    struct summary summary = {0};
    const struct evidence evidence = {run_dir, &bill, &summary, seed};
    int result = bill_read(&bill, run_dir, seed, error);
    if (result == 0)
        result = summary_read_against(&summary, run_dir, baseline, seed, error);
    if (result == 0)
        result = bill_write(&bill, run_dir, error);
    if (result == 0)
        result = summary_write(&summary, run_dir, error);
    if (result == 0)
        result = write_claims(&evidence, error);
    if (result == 0)
        result = write_aa(run_dir, seed, error);
    summary_finish(&summary);
    bill_finish(&bill);
    return result;
}
