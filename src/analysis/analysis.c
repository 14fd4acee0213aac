/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/analysis.h"

#include "analysis/bill.h"
#include "analysis/summary.h"

int analysis_write(const char *run_dir, uint64_t seed, struct error *error)
{
    struct bill bill;
    struct summary summary;
    int result = bill_read(&bill, run_dir, seed, error);
    if (result < 0)
        return result;
    result = summary_read(&summary, run_dir, seed, error);
    if (result == 0) {
        result = bill_write(&bill, run_dir, error);
        if (result == 0)
            result = summary_write(&summary, run_dir, error);
        summary_finish(&summary);
    }
    bill_finish(&bill);
    return result;
}
