/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/findings.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Below that the constant costs' noise is more than what the waiters take. */
#define APART_LEAST 50

static struct finding_bill *find_bill(struct findings *findings, const char *subject, bool warm)
{
    for (size_t i = 0; i < findings->count; i++)
        if (findings->bills[i].warm == warm && strcmp(findings->bills[i].subject, subject) == 0)
            return &findings->bills[i];
    if (findings->count == FINDINGS_ARMS_MAX)
        return NULL;
    struct finding_bill *bill = &findings->bills[findings->count++];
    *bill = (struct finding_bill){.warm = warm, .least = INT64_MAX, .most = -1};
    snprintf(bill->subject, sizeof bill->subject, "%s", subject);
    return bill;
}

void findings_add_memory(struct findings *findings, const char *subject, bool warm, int64_t waiters,
                         int64_t total_bytes)
{
    struct finding_bill *bill = find_bill(findings, subject, warm);
    if (!bill)
        return;
    if (waiters <= bill->least) {
        bill->least = waiters;
        bill->least_bytes = total_bytes;
    }
    if (waiters >= bill->most) {
        bill->most = waiters;
        bill->most_bytes = total_bytes;
    }
    if (bill->most - bill->least < APART_LEAST)
        return;
    double each =
        (double)(bill->most_bytes - bill->least_bytes) / (double)(bill->most - bill->least);
    snprintf(findings->text, sizeof findings->text, "%s: %.1f KiB a waiter so far", subject,
             each / 1024);
}

void findings_add_rate(struct findings *findings, const char *subject, int64_t active,
                       double per_second)
{
    snprintf(findings->text, sizeof findings->text,
             "%s: %.1f k/s on %" PRId64 " connection%s so far", subject, per_second / 1e3, active,
             active == 1 ? "" : "s");
}

void findings_add_tail(struct findings *findings, const char *subject, int64_t p99_ns)
{
    if (p99_ns >= 0)
        snprintf(findings->text, sizeof findings->text, "%s: p99 %.0f us so far", subject,
                 (double)p99_ns / 1e3);
}
