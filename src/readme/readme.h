/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Published figures written by the code from a run, so that they are the run's: a Markdown file
 * keeps its own words, and what stands between markers is written anew. */
#ifndef WAITBENCH_README_README_H
#define WAITBENCH_README_README_H

#include "base/error.h"
#include "run/recorded_run.h"

/* The runs that a page speaks of, borrowed. Their folders are written as they were given, so that
 * paths in the page are relative to where the command runs. */
struct readme_runs {
    const struct recorded_run *run;
    const struct recorded_run
        *aa; /* one of arms against themselves; NULL: sections on it stay as they are */
    const struct recorded_run *other; /* set beside the run by `compare`; NULL: likewise */
    const struct recorded_run *quick; /* of the quick profile, maybe the same; NULL: likewise */
};

/* Rewrites the sections of `file`, each between a line <!-- waitbench:NAME --> and a line
 * <!-- /waitbench -->. The file is replaced whole, or not at all when a section fails. Returns 0;
 * -EBADMSG, with file and line, for a marker that is unknown, not closed or closes nothing, or for
 * a malformed file of a run; -ENODATA when the file has no section, or a run lacks what
 * one needs; or another -errno;
 * `error` is set. */
int readme_rewrite(const char *file, const struct readme_runs *runs, struct error *error);

/* The names of the sections, with a line of what each says, NULL at the end; for --help. */
extern const char *const readme_sections_text;

#endif
