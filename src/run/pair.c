/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/pair.h"

#include "run/experiment.h"

#include <string.h>

static const char *cell_of(const struct csv_table *trials, size_t row, const char *column)
{
    return csv_cell(trials, row, csv_column(trials, column));
}

bool pair_is_ours(const char *pair)
{
    return strcmp(pair, PAIR_OURS) == 0;
}

const char *pair_of_arm(const struct csv_table *trials, size_t row)
{
    const char *pair = cell_of(trials, row, "pair");
    if (experiment_arm_is_ours(cell_of(trials, row, "scenario"), cell_of(trials, row, "subject"),
                               cell_of(trials, row, "model")))
        return PAIR_OURS;
    return pair_is_ours(pair) ? "" : pair;
}

const char *pair_of_row(const struct csv_table *trials, size_t row)
{
    const char *subject = cell_of(trials, row, "subject");
    bool is_again = subject[experiment_arm_length(subject)] != '\0';
    return is_again ? "" : pair_of_arm(trials, row);
}
