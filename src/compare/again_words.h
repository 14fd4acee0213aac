/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What changed between two runs of one machine, in sentences. */
#ifndef WAITBENCH_COMPARE_AGAIN_WORDS_H
#define WAITBENCH_COMPARE_AGAIN_WORDS_H

#include "compare/again.h"
#include "compare/finding_words.h"

/* `what` is a struct again. */
void again_write(struct finding_words *words, const void *what);

#endif
