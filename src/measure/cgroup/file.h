/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The small files by which a cgroup is asked and told. */
#ifndef WAITBENCH_MEASURE_CGROUP_FILE_H
#define WAITBENCH_MEASURE_CGROUP_FILE_H

#include <stdbool.h>

/* Whether `word` is one of the words in `directory`/`file`, as in cgroup.controllers. */
bool cgroup_file_lists(const char *directory, const char *file, const char *word);

/* Whether `words`, parted by any of `separators`, has `word` among them. */
bool cgroup_words_have(const char *words, const char *separators, const char *word);

/* Writes `text` to `directory`/`file`. Returns 0 or -errno. */
int cgroup_file_write(const char *directory, const char *file, const char *text);

#endif
