/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sections of a page, and what their writers share. */
#ifndef WAITBENCH_README_README_SECTION_H
#define WAITBENCH_README_README_SECTION_H

#include "analysis/summary/trials.h"
#include "base/csv.h"
#include "readme/readme.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* A section in the making. */
struct readme {
    const struct readme_runs *runs;
    FILE *out;
    struct error *error;
    /* The run's machine.json; NULL where there is none. */
    const json_t *machine;
};

/* Each writes one section to readme->out. Returns 0 or -errno with `error` set. */
typedef int readme_section(struct readme *readme);

readme_section readme_commands, readme_environment;
readme_section readme_memory;
readme_section readme_throughput, readme_latency;
readme_section readme_scorecard, readme_coffee, readme_noise;
readme_section readme_comparison;

/* ---- Text ---- */

#define README_TEXT_SIZE 64

/* Fills lines of up to 118 columns and ends with a newline. */
void readme_paragraph(FILE *out, const char *text);

/* A paragraph that is printed piece by piece: begin, print to the stream, end (which fills it into
 * `out` and frees). */
struct readme_words {
    char *text;
    size_t size;
    FILE *out;
};
void readme_words_begin(struct readme_words *words);
void readme_words_end(struct readme_words *words, FILE *out);

/* Each writes README_TEXT_SIZE bytes at most and returns `text`. They have as many digits as a
 * reader compares by: "8.3 KiB", "137 B"; "1.1 ms", "39 ms"; with a tenth up to 100 "28.5 us";
 * "83 k/s"; "25", "9.4", "0.65". NAN is "-". */
const char *readme_bytes(double bytes, char *text);
const char *readme_time(double ns, char *text);
const char *readme_cpu(double ns, char *text);
const char *readme_rate(double per_second, char *text);
const char *readme_times(double ratio, char *text);

/* ---- Figures ---- */

/* A number of machine.json, or NAN. */
double readme_number(const json_t *machine, const char *path);

/* What disturbed the run, in the words of machine.json; "nothing" for none. */
void readme_disturbances(const json_t *machine, FILE *out);

/* The median over a group's trials of a column, or of it over that of `per` unless NULL; NAN where
 * more than one in ten lack it: those that have it are not a fair sample. Returns 0 or -EBADMSG
 * with `error` set. */
int readme_median(const struct trial_group *group, const char *column, const char *per,
                  double *median, struct error *error);

#endif
