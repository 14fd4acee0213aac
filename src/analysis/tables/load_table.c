/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/tables/load_table.h"

#include "analysis/summary/foreign_choice.h"
#include "analysis/summary/store_bound.h"
#include "analysis/summary/trials.h"
#include "analysis/tables/load_cells.h"
#include "analysis/tables/load_view.h"
#include "analysis/words/arm.h"
#include "analysis/words/load_kind.h"
#include "analysis/words/workload.h"
#include "base/alloc.h"
#include "base/utf8.h"
#include "run/experiment.h"
#include "run/model.h"
#include "run/scenario.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* 25 + 2 * 25 columns, of the 80 that any terminal has. More arms have a table of their own below;
 * so those of an A/A run stand in pairs. */
#define COLUMN_WIDTH 25
#define ARMS_MAX     2

#define NAME_SIZE 128

/* Threads before loop before loops before a pool of threads, other subjects behind. Both allocators
 * have one rank. */
static int model_rank(const struct trial_group *group)
{
    enum model model;
    const char *scenario = group_text(group, "scenario");
    const char *name = group_text(group, "model");
    if (!*scenario) /* an older version wrote the file */
        scenario = scenario_plain_server()->name;
    return experiment_arm_is_ours(scenario, group_text(group, "subject"), name) &&
                   model_find(name, &model) && model < MODEL_SOCKETS
               ? (int)model
               : MODEL_SOCKETS;
}

static int compare_arms(const struct trial_group *a, const struct trial_group *b)
{
    int order = model_rank(a) - model_rank(b);
    if (order == 0)
        order = experiment_compare_arms(group_text(a, "subject"), group_text(b, "subject"));
    return order != 0 ? order : arm_compare_ways(a->table, a->first, b->table, b->first);
}

static bool is_again(const struct trial_group *group)
{
    const char *subject = group_text(group, "subject");
    return subject[experiment_arm_length(subject)] != '\0';
}

static int compare_groups(const void *left, const void *right, void *view)
{
    int lines = load_view_compare_lines(view, left, right);
    return lines != 0 ? lines : compare_arms(left, right);
}

/* The groups that a view shows, in its order, and the arms that they have. */
struct shown {
    const struct load_view *view;
    bool is_plain; /* of the plain server */
    struct trial_group *groups;
    size_t count;
    const struct trial_group **arms;
    char (*names)[NAME_SIZE]; /* of the arms, at most COLUMN_WIDTH - 1 characters */
    size_t arm_count;
};

static int compare_arm_pointers(const void *left, const void *right)
{
    const struct trial_group *const *a = left;
    const struct trial_group *const *b = right;
    return compare_arms(*a, *b);
}

static void find_arms(struct shown *shown)
{
    shown->arms = alloc_array(shown->count, sizeof *shown->arms);
    for (size_t i = 0; i < shown->count; i++) {
        size_t arm = 0;
        while (arm < shown->arm_count && compare_arms(shown->arms[arm], &shown->groups[i]) != 0)
            arm++;
        if (arm == shown->arm_count)
            shown->arms[shown->arm_count++] = &shown->groups[i];
    }
    if (shown->arm_count > 0)
        qsort(shown->arms, shown->arm_count, sizeof *shown->arms, compare_arm_pointers);
}

static void write_name(const struct trial_group *arm, char name[NAME_SIZE])
{
    char way[ARM_WORDS_SIZE];
    bool ours = model_rank(arm) < MODEL_SOCKETS;
    arm_way(arm->table, arm->first, way, sizeof way);
    snprintf(name, NAME_SIZE, "%.*s%s%s%.48s", NAME_SIZE - 64,
             group_text(arm, ours ? "model" : "subject"), ours && is_again(arm) ? " again" : "",
             *way ? " · " : "", way);
}

/* Long names are shortened in the middle, where different ones stay different; else each has its
 * number before it. */
static void name_arms(struct shown *shown)
{
    const size_t width = COLUMN_WIDTH - 1;
    const char **whole = alloc_array(shown->arm_count, sizeof *whole);
    char(*names)[NAME_SIZE] = alloc_array(shown->arm_count, sizeof *names);
    shown->names = alloc_array(shown->arm_count, sizeof *shown->names);
    for (size_t i = 0; i < shown->arm_count; i++) {
        write_name(shown->arms[i], names[i]);
        whole[i] = names[i];
    }
    size_t head = utf8_shorten_head(whole, shown->arm_count, width);
    for (size_t i = 0; i < shown->arm_count; i++) {
        int number = head < width ? 0 : snprintf(shown->names[i], NAME_SIZE, "%zu:", i + 1);
        utf8_shorten(shown->names[i] + number, NAME_SIZE - (size_t)number, names[i],
                     width - (size_t)number, head < width ? head : width / 2);
    }
    free(names);
    free(whole);
}

/* A blank at least before it: a cell that is too long makes no number of two. */
static void print_cell(const char *text, FILE *out)
{
    fputc(' ', out);
    utf8_print_right(text, COLUMN_WIDTH - 1, out);
}

/* Of a workload with many arms the title stands once. */
static void print_heading(const struct shown *shown, size_t first, size_t end, FILE *out)
{
    if (first == 0 || shown->is_plain)
        fprintf(out, "\n%s\n", shown->view->title);
    fprintf(out, "\n%*s", LOAD_LINE_WIDTH, shown->view->heading);
    for (size_t i = first; i < end; i++)
        print_cell(shown->names[i], out);
    fputc('\n', out);
}

/* The group of one line that stands below an arm, or NULL where it had no such load. Its failed
 * trials are a group of their own, which stands where there is no other. */
static const struct trial_group *group_of(const struct trial_group *arm,
                                          const struct trial_group *line, size_t count)
{
    const struct trial_group *found = NULL;
    for (size_t i = 0; i < count; i++)
        if (compare_arms(arm, &line[i]) == 0 && (!found || found->count == 0))
            found = &line[i];
    return found;
}

typedef int (*format_function)(const struct trial_group *group, char *cell, struct error *error);

/* Formats the cells of the arms from `first` to `end`; returns how many are not empty, or -EBADMSG.
 */
static int format_cells(const struct shown *shown, size_t first, size_t end,
                        const struct trial_group *line, size_t count, format_function format,
                        char cells[ARMS_MAX][LOAD_CELL_SIZE], struct error *error)
{
    int filled = 0;
    for (size_t arm = first; arm < end; arm++) {
        const struct trial_group *group = group_of(shown->arms[arm], line, count);
        char *cell = cells[arm - first];
        cell[0] = '\0';
        int result = group && group->count > 0 ? format(group, cell, error) : 0;
        if (group && group->count == 0 && format == shown->view->format_cell)
            snprintf(cell, LOAD_CELL_SIZE, "failed");
        if (result < 0)
            return result;
        filled += *cell != '\0';
    }
    return filled;
}

static void print_cells(char cells[ARMS_MAX][LOAD_CELL_SIZE], size_t count, FILE *out)
{
    for (size_t i = 0; i < count; i++)
        print_cell(cells[i], out);
    fputc('\n', out);
}

static bool has_kinds(const struct shown *shown)
{
    for (size_t i = 1; i < shown->count; i++)
        if (load_view_compare_kinds(&shown->groups[0], &shown->groups[i]) != 0)
            return true;
    return false;
}

/* The kind of work stands above its lines, unless there is no work in any; `above` is the line
 * before this one, or NULL. Where all are without work the plain server's first ones need no word;
 * another's may differ in what its store does. */
static void print_kind(const struct shown *shown, const struct trial_group *above,
                       const struct trial_group *line, FILE *out)
{
    struct load_kind kind;
    char words[LOAD_KIND_LABEL_BYTES];
    if (above && load_view_compare_kinds(above, line) == 0)
        return;
    load_kind_read(&kind, line->table, line->first);
    load_kind_describe(&kind, words);
    bool is_plain = shown->is_plain || !has_kinds(shown);
    if (above || !is_plain || !load_kind_is_light(&kind))
        fprintf(out, "%s\n", words);
}

/* `above` is the line before this one, or NULL, and becomes this one where any of these arms has
 * it. */
static int print_line(const struct shown *shown, size_t first, size_t end,
                      const struct trial_group *line, size_t count,
                      const struct trial_group **above, FILE *out, struct error *error)
{
    char cells[ARMS_MAX][LOAD_CELL_SIZE];
    const struct load_view *view = shown->view;
    int filled = format_cells(shown, first, end, line, count, view->format_cell, cells, error);
    if (filled > 0) {
        print_kind(shown, *above, line, out);
        *above = line;
        view->print_line(line, out);
        print_cells(cells, end - first, out);
    }
    if (filled > 0 && view->format_more)
        filled = format_cells(shown, first, end, line, count, view->format_more, cells, error);
    if (filled > 0 && view->format_more) {
        fprintf(out, "%*s", LOAD_LINE_WIDTH, load_view_more(view, line));
        print_cells(cells, end - first, out);
    }
    return filled < 0 ? filled : 0;
}

static size_t line_length(const struct shown *shown, size_t at)
{
    size_t end = at + 1;
    while (end < shown->count &&
           load_view_compare_lines(shown->view, &shown->groups[at], &shown->groups[end]) == 0)
        end++;
    return end - at;
}

static int print_table(const struct shown *shown, size_t first, FILE *out, struct error *error)
{
    size_t end = shown->arm_count - first < ARMS_MAX ? shown->arm_count : first + ARMS_MAX;
    const struct trial_group *above = NULL;
    int result = 0;
    print_heading(shown, first, end, out);
    for (size_t at = 0; result == 0 && at < shown->count;) {
        size_t length = line_length(shown, at);
        result = print_line(shown, first, end, shown->groups + at, length, &above, out, error);
        at += length;
    }
    return result;
}

static void print_failed(const struct shown *shown, FILE *out)
{
    size_t failed = 0;
    for (size_t i = 0; i < shown->count; i++)
        failed += shown->groups[i].failed;
    if (failed > 0)
        fprintf(out, "(%zu trial%s failed and %s in no figure; the report says why)\n", failed,
                failed == 1 ? "" : "s", failed == 1 ? "is" : "are");
}

/* What the mark means, where it stands. */
static int print_mark(const struct shown *shown, FILE *out, struct error *error)
{
    bool any = false;
    for (size_t i = 0; i < shown->count; i++) {
        size_t bound = 0;
        int result = store_bound_count(&shown->groups[i], &bound, error);
        if (result < 0)
            return result;
        any |= 2 * bound > shown->groups[i].count;
    }
    if (any && shown->view->format_cell == load_cell_throughput)
        fputs("(# the database was the limit: its connections or CPUs were busy all the time)\n",
              out);
    return 0;
}

static bool is_of(const struct trial_group *group, const struct workload *workload)
{
    return workload_has(workload, group->table, group->first);
}

/* Takes away the groups of foreign subjects that many others leave no room for. */
static void leave_out(struct shown *shown)
{
    bool *kept = alloc_array(csv_row_count(shown->groups[0].table), sizeof *kept);
    size_t left = 0;
    for (size_t i = 0; i < shown->count; i++)
        kept[shown->groups[i].first] = true;
    foreign_choose(shown->groups[0].table, FOREIGN_TOO_MANY, kept);
    for (size_t i = 0; i < shown->count; i++)
        if (kept[shown->groups[i].first])
            shown->groups[left++] = shown->groups[i];
    shown->count = left;
    free(kept);
}

/* Prints what the view shows of the groups of that workload. */
static int print_shown(const struct load_view *view, const struct trial_groups *groups,
                       const struct workload *workload, FILE *out, struct error *error)
{
    struct shown shown = {.view = view, .is_plain = workload_is_plain(workload)};
    int result = 0;
    shown.groups = alloc_array(groups->count, sizeof *shown.groups);
    for (size_t i = 0; i < groups->count; i++)
        if (view->shows(&groups->groups[i]) && is_of(&groups->groups[i], workload))
            shown.groups[shown.count++] = groups->groups[i];
    if (shown.count > 0)
        leave_out(&shown);
    if (shown.count > 0)
        qsort_r(shown.groups, shown.count, sizeof *shown.groups, compare_groups, (void *)view);
    find_arms(&shown);
    name_arms(&shown);
    for (size_t first = 0; result == 0 && first < shown.arm_count; first += ARMS_MAX)
        result = print_table(&shown, first, out, error);
    if (result == 0)
        result = print_mark(&shown, out, error);
    if (result == 0)
        print_failed(&shown, out);
    free(shown.names);
    free(shown.arms);
    free(shown.groups);
    return result;
}

/* Returns 1 when the run has the view's file, 0 when not, or -errno with `error` set. */
static int print_view(const struct load_view *view, const struct recorded_run *run,
                      const struct workload *workload, FILE *out, struct error *error)
{
    const struct csv_table *table;
    struct trial_groups groups;
    int result = recorded_run_table(run, view->file, &table, error);
    if (result <= 0)
        return result;
    result = load_view_gather(&groups, table, error);
    if (result == 0) {
        result = print_shown(view, &groups, workload, out, error);
        trial_groups_finish(&groups);
    }
    return result < 0 ? result : 1;
}

/* Returns 1 when the run has a file of load, 0 when not, or -errno with `error` set. */
static int print_workload(const struct recorded_run *run, const struct workload *workload,
                          bool is_told, FILE *out, struct error *error)
{
    int result = 0;
    bool any = false;
    if (is_told) {
        fputs("\nScenario ", out);
        workload_write(workload, out);
        fputc('\n', out);
    }
    for (size_t i = 0; result >= 0 && i < LOAD_VIEWS; i++) {
        if (load_views[i].is_of_plain && !workload_is_plain(workload))
            continue;
        result = print_view(&load_views[i], run, workload, out, error);
        any |= result > 0;
    }
    return result < 0 ? result : any;
}

static const char legend[] =
    "\nk: thousand requests/s. `-`, `too few`: too few samples or separate events\n"
    "beyond it in over one in ten trials. idle: connections that are open beside the\n"
    "active ones and say nothing. An arm is a program with its options; a block is\n"
    "every arm once, in random order; figures are medians over blocks.\n";

/* Of files that cannot be read there is no workload: the plain server's tables say why. */
int load_table_print(const struct recorded_run *run, FILE *out, struct error *error)
{
    const struct workload plain = workload_plain();
    struct workloads workloads;
    workloads_find_loaded(&workloads, run);
    bool is_told =
        workloads.count > 1 || (workloads.count == 1 && !workload_is_plain(&workloads.items[0]));
    int result = workloads.count > 0 ? 0 : print_workload(run, &plain, false, out, error);
    bool any = result > 0;
    for (size_t i = 0; result >= 0 && i < workloads.count; i++) {
        result = print_workload(run, &workloads.items[i], is_told, out, error);
        any |= result > 0;
    }
    if (result >= 0 && any)
        fputs(legend, out);
    workloads_finish(&workloads);
    return result < 0 ? result : 0;
}
