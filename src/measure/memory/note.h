/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The note of a memory bill: sentences parted by "; ". */
#ifndef WAITBENCH_MEASURE_MEMORY_NOTE_H
#define WAITBENCH_MEASURE_MEMORY_NOTE_H

#include "measure/memory/charge.h"
#include "measure/memory/memory.h"
#include "measure/memory/process.h"

/* Appends to the bill's note; what does not fit is cut. */
void memory_note_add(struct memory_bill *bill, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Says by how much and why total and charge differ, if it is more than 5 %. */
void memory_note_gap(struct memory_bill *bill, const struct memory_process *process,
                     const struct memory_charge *charge);

/* Says so when the kernel stacks, as they were read, differ by more than 2 % from what the bill's
 * threads must have. */
void memory_note_stacks(struct memory_bill *bill, int64_t read_bytes, int64_t stack_size_bytes);

#endif
