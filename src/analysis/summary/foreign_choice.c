/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/summary/foreign_choice.h"

#include "base/alloc.h"
#include "run/experiment.h"

#include <stdlib.h>
#include <string.h>

static const char *cell(const struct csv_table *trials, size_t row, const char *column)
{
    return csv_cell(trials, row, csv_column(trials, column));
}

/* Files of older versions lack the scenario: their foreign subjects are few. */
static bool is_foreign(const struct csv_table *trials, size_t row)
{
    return csv_column(trials, "scenario") >= 0 &&
           !experiment_arm_is_ours(cell(trials, row, "scenario"), cell(trials, row, "subject"),
                                   cell(trials, row, "model"));
}

/* A subject is one name, and has a pair in all its rows or in none. */
struct subjects {
    const char **names;
    size_t count;
    size_t paired;
};

static void add_subject(struct subjects *subjects, size_t *capacity, const char *name, bool paired)
{
    for (size_t i = 0; i < subjects->count; i++)
        if (strcmp(subjects->names[i], name) == 0)
            return;
    subjects->names =
        alloc_grow(subjects->names, subjects->count, capacity, sizeof *subjects->names);
    subjects->names[subjects->count++] = name;
    subjects->paired += paired;
}

struct foreign_choice foreign_choose(const struct csv_table *trials, size_t most, bool *kept)
{
    struct subjects subjects = {0};
    size_t capacity = 0;
    for (size_t row = 0; row < csv_row_count(trials); row++)
        if (kept[row] && is_foreign(trials, row))
            add_subject(&subjects, &capacity, cell(trials, row, "subject"),
                        *cell(trials, row, "pair") != '\0');
    free(subjects.names);
    bool is_many = subjects.count > most || (subjects.count > FOREIGN_MANY && subjects.paired > 0);
    if (!is_many)
        return (struct foreign_choice){subjects.count, subjects.count};
    for (size_t row = 0; row < csv_row_count(trials); row++)
        if (kept[row] && is_foreign(trials, row) && !*cell(trials, row, "pair"))
            kept[row] = false;
    return (struct foreign_choice){subjects.count, subjects.paired};
}
