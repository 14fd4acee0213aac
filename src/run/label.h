/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a recorded run's machine is called. A host name says nothing to others ("vm"), so charts,
 * page and comparison use this. */
#ifndef WAITBENCH_RUN_LABEL_H
#define WAITBENCH_RUN_LABEL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Of a whole label, its NUL included. */
#define RUN_LABEL_SIZE 65

/* Whether the text may be a label: 1 to 64 bytes of UTF-8 that any terminal can show, with no blank
 * at either end. It may have quotes, commas and angle brackets: who writes it somewhere escapes
 * it. */
bool run_label_is_fit(const char *text);

/* Writes the label of a run's machine.json (NULL is accepted): the one that --label gave it, or
 * without one what there is of CPU, number of CPUs and hypervisor: "AMD EPYC, 2 CPUs, KVM". Always
 * printable UTF-8, never empty, cut to 64 bytes and to `size` between characters, whatever the file
 * has. */
void run_label(const json_t *machine, char *text, size_t size);

#endif
