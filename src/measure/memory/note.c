/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/memory/note.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void memory_note_add(struct memory_bill *bill, const char *format, ...)
{
    size_t length = strlen(bill->note);
    if (length > 0 && length + 2 < sizeof bill->note) {
        strcpy(bill->note + length, "; ");
        length += 2;
    }
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(bill->note + length, sizeof bill->note - length, format, arguments);
    va_end(arguments);
}

void memory_note_gap(struct memory_bill *bill, const struct memory_process *process,
                     const struct memory_charge *charge)
{
    const int64_t gap = bill->charged_bytes - bill->total_bytes;
    if (bill->charged_bytes <= 0 || llabs(gap) * 20 <= bill->charged_bytes)
        return;
    /* File pages are charged to whoever touched them first, mapped or not, and Pss divides them
     * among those who map them now. Whole pages are charged ahead to each CPU, 64 at a time. */
    const int64_t file = charge->file_bytes - process->pss_file_bytes;
    const int64_t anonymous =
        charge->anonymous_bytes - (process->pss_bytes - process->pss_file_bytes);
    memory_note_add(bill,
                    "charged is %+.1f %% off total: %+" PRId64 " bytes of file pages, %+" PRId64
                    " anonymous, %+" PRId64 " charged ahead",
                    100.0 * (double)gap / (double)bill->charged_bytes, file, anonymous,
                    gap - file - anonymous);
}

void memory_note_stacks(struct memory_bill *bill, int64_t read_bytes, int64_t stack_size_bytes)
{
    const int64_t expected = bill->threads * stack_size_bytes;
    const int64_t gap = read_bytes - expected;
    /* Tasks come and go between two readings: a few stacks are not a finding. */
    if (llabs(gap) * 50 > expected && llabs(gap) > 8 * stack_size_bytes)
        memory_note_add(bill,
                        "kernel stacks were read %+" PRId64 " bytes off the %" PRId64 " of %" PRId64
                        " threads",
                        gap, expected, bill->threads);
}
