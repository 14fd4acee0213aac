/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/words/scenario_name.h"

#include "run/scenario.h"

#include <string.h>

bool scenarios_differ(const struct csv_table *trials)
{
    int column = csv_column(trials, "scenario");
    const char *first = "";
    for (size_t row = 0; row < csv_row_count(trials); row++) {
        const char *scenario = csv_cell(trials, row, column);
        if (*first && *scenario && strcmp(first, scenario) != 0)
            return true;
        first = *first ? first : scenario;
    }
    return false;
}

bool scenario_is_told(const struct csv_table *trials, const char *scenario)
{
    return strcmp(scenario, scenario_plain_server()->name) != 0 || scenarios_differ(trials);
}
