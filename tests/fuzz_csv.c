/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libFuzzer against the CSV reader and what every command does with its rows: gather them into arms
 * and read their numbers. A short run is a test; for a long one:
 * fuzz_csv -max_total_time=600 CORPUS tests/golden/six-blocks */
#include "analysis/summary/trials.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int condition)
{
    if (!condition)
        abort();
}

static void check_cells(const struct csv_table *table)
{
    size_t line = 1;
    for (size_t row = 0; row < csv_row_count(table); row++) {
        check(csv_line(table, row) > line);
        line = csv_line(table, row);
        for (size_t column = 0; column < csv_column_count(table); column++) {
            struct error error = {""};
            double value = 0;
            int result = csv_number(table, row, (int)column, &value, &error);
            bool is_empty = csv_cell(table, row, (int)column)[0] == '\0';
            check(result == 1 || result == 0 || result == -EBADMSG);
            check((result == 0) == is_empty);
            check((result < 0) == (error.text[0] != '\0'));
            check(!strpbrk(error.text, "\n\033"));
        }
    }
}

static void check_groups(const struct csv_table *table)
{
    const char *columns[] = {"subject", "waiters_requested"};
    struct trial_groups groups;
    struct error error = {""};
    if (trial_groups_gather(&groups, table, columns, 2, &error) < 0) {
        check(error.text[0] != '\0');
        return;
    }
    size_t rows = 0;
    for (size_t i = 0; i < groups.count; i++) {
        struct observation *observations = NULL;
        int64_t count =
            group_observations(&groups.groups[i], "user_bytes", "waiters", &observations, &error);
        check(count <= (int64_t)groups.groups[i].count);
        for (int64_t k = 1; k < count; k++)
            check(observations[k - 1].block <= observations[k].block);
        free(observations);
        rows += groups.groups[i].count + groups.groups[i].failed;
    }
    check(rows == csv_row_count(table));
    trial_groups_finish(&groups);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct csv_table *table = NULL;
    struct error error = {""};
    int result = csv_parse(&table, (const char *)data, size, "fuzz.csv", &error);
    check(result == 0 || result == -EBADMSG);
    check((result == 0) == (error.text[0] == '\0'));
    check(!strpbrk(error.text, "\n\033"));
    if (result == 0) {
        check_cells(table);
        check_groups(table);
    }
    csv_table_destroy(table);
    return 0;
}
