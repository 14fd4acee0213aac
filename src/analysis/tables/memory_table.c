/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/tables/memory_table.h"

#include "analysis/summary/foreign_choice.h"
#include "analysis/words/arm.h"
#include "analysis/words/units.h"
#include "analysis/words/workload.h"
#include "base/alloc.h"
#include "base/utf8.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* 8 + 6 * 12 columns: exactly 80. An arm's name stands above its figures. `charged` is left to the
 * file; it repeats the total. */
#define LABEL_WIDTH 8
#define CELL_WIDTH  12
#define TABLE_WIDTH 80

static const struct {
    enum component component;
    const char *title[2]; /* above each other */
} shown[] = {
    {COMPONENT_USER, {"", "user"}},
    {COMPONENT_HEAP, {"", "(heap)"}},
    {COMPONENT_KERNEL_STACK, {"kernel", "stack"}},
    {COMPONENT_PAGE_TABLE, {"page", "table"}},
    {COMPONENT_KERNEL_OTHER, {"other", "kernel"}},
    {COMPONENT_TOTAL, {"", "total"}},
};
#define SHOWN_COUNT (sizeof shown / sizeof *shown)

static void print_option(FILE *label, const struct trial_group *arm, const char *column,
                         const char *name)
{
    char size[UNITS_TEXT_SIZE];
    double bytes = strtod(group_text(arm, column), NULL);
    if (bytes > 0)
        fprintf(label, " %s %s", name, units_format_bytes(bytes, size));
}

/* The arm in words; options at their default stay silent. */
static void print_label(FILE *label, const struct trial_group *arm)
{
    char size[UNITS_TEXT_SIZE];
    const char *stack = group_text(arm, "stack_bytes");
    const char *warm = group_text(arm, "warm");
    char way[ARM_WORDS_SIZE];
    fputs(group_text(arm, "subject"), label);
    arm_way(arm->table, arm->first, way, sizeof way);
    fprintf(label, "%s%s", *way ? " " : "", way);
    if (stack[0] != '\0')
        fprintf(label, " %s", units_format_bytes(strtod(stack, NULL), size));
    if (warm[0] != '\0')
        fputs(strcmp(warm, "1") == 0 ? " warm" : " cold", label);
    print_option(label, arm, "work_stack_bytes", "work-stack");
    print_option(label, arm, "work_heap_bytes", "work-heap");
    print_option(label, arm, "hold_bytes", "hold");
    if (strtod(group_text(arm, "shards"), NULL) > 1)
        fprintf(label, " in %s processes", group_text(arm, "shards"));
}

/* In a line of its own; a name that is longer is cut in its middle. */
static void print_label_line(const struct trial_group *arm, FILE *out)
{
    char label[256];
    char shown_label[256];
    FILE *text = fmemopen(label, sizeof label, "w");
    if (!text)
        return;
    print_label(text, arm);
    fclose(text);
    label[sizeof label - 1] = '\0';
    utf8_shorten(shown_label, sizeof shown_label, label, TABLE_WIDTH, TABLE_WIDTH / 2);
    fprintf(out, "%s\n%-*s", shown_label, LABEL_WIDTH, "");
}

static void print_arm(const struct bill_arm *bill, FILE *out)
{
    char text[UNITS_TEXT_SIZE];
    bool has_interval = false;
    print_label_line(&bill->trials, out);
    for (size_t i = 0; i < SHOWN_COUNT; i++) {
        const struct estimate *bytes = &bill->components[shown[i].component].slope;
        fprintf(out, " %*s", CELL_WIDTH - 1,
                isnan(bytes->value) ? "-" : units_format_bytes(bytes->value, text));
        has_interval |= !isnan(bytes->interval.low);
    }
    if (has_interval)
        fprintf(out, "\n%-*s", LABEL_WIDTH, "");
    for (size_t i = 0; has_interval && i < SHOWN_COUNT; i++)
        fprintf(out, " %*s", CELL_WIDTH - 1,
                units_format_bytes_interval(&bill->components[shown[i].component].slope, text));
    if (bill->trials.failed > 0)
        fprintf(out, "\n%-*s%zu of %zu trials failed and are not counted", LABEL_WIDTH, "",
                bill->trials.failed, bill->trials.failed + bill->trials.count);
    fputc('\n', out);
}

/* The row that each arm is named by, of those that are shown. */
static bool *choose_arms(const struct bill *bill, struct foreign_choice *choice)
{
    bool *kept = alloc_array(csv_row_count(bill->table), sizeof *kept);
    for (size_t i = 0; i < bill->count; i++)
        kept[bill->bills[i].trials.first] = true;
    *choice = foreign_choose(bill->table, FOREIGN_TOO_MANY, kept);
    return kept;
}

/* Arms of one workload stand together, below its name unless all are of the plain server. */
static void print_workloads(const struct bill *bill, FILE *out)
{
    struct workloads workloads;
    struct foreign_choice choice;
    bool *kept = choose_arms(bill, &choice);
    bool is_told = workloads_are_told(bill->table);
    workloads_of_file(&workloads, bill->table);
    for (size_t i = 0; i < workloads.count; i++) {
        if (is_told) {
            workload_write(&workloads.items[i], out);
            fputc('\n', out);
        }
        for (size_t k = 0; k < bill->count; k++)
            if (kept[bill->bills[k].trials.first] &&
                workload_has(&workloads.items[i], bill->table, bill->bills[k].trials.first))
                print_arm(&bill->bills[k], out);
    }
    if (choice.shown < choice.count)
        fprintf(out, "Of %zu other programs %zu are here, which are of a pair.\n", choice.count,
                choice.shown);
    workloads_finish(&workloads);
    free(kept);
}

void memory_table_print(const struct bill *bill, FILE *out)
{
    if (bill->count == 0) {
        fputs("No memory trials, so no bill per waiter.\n", out);
        return;
    }
    fputs("\nBytes per waiter: slope over the number of waiters, its 95 % interval below.\n\n",
          out);
    for (int line = 0; line < 2; line++) {
        fprintf(out, "%-*s", LABEL_WIDTH, "");
        for (size_t i = 0; i < SHOWN_COUNT; i++)
            fprintf(out, " %*s", CELL_WIDTH - 1, shown[i].title[line]);
        fputc('\n', out);
    }
    print_workloads(bill, out);
    fputs("\nA waiter is one open connection and whoever waits for it; sleep has no\n"
          "connections. (heap) is a part of user; `-`: not measured, or at fewer than four\n"
          "numbers of waiters.\n",
          out);
}
