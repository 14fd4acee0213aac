/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/export/export.h"

#include "analysis/claims/tally.h"
#include "analysis/words/arm.h"
#include "base/alloc.h"
#include "base/utf8.h"
#include "report/export/export_parts.h"
#include "run/machine_json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const struct export_format export_formats[] = {
    {"json", export_json}, {"markdown", export_markdown},
    {"csv", export_csv},   {"prometheus", export_prometheus},
    {NULL, NULL},
};

const struct export_field export_fields[] = {
    {"hostname", "hostname"},
    {"label", "label"},
    {"cpu", "cpu.model"},
    {"kernel", "kernel.release"},
    {"virtualisation", "virtualisation.hypervisor"},
    {"profile", "profile"},
    {"started_utc", "started_utc"},
    {"git_revision", "git_revision"},
    {NULL, NULL},
};

const struct export_format *export_find(const char *name)
{
    for (const struct export_format *format = export_formats; format->name; format++)
        if (strcmp(format->name, name) == 0)
            return format;
    return NULL;
}

char *export_text(const char *text)
{
    size_t size = text ? strlen(text) + 1 : 1;
    char *shown = alloc_array(size, 1);
    utf8_printable(shown, size, text ? text : "");
    return shown;
}

char *export_arm(const struct trial_group *arm)
{
    char name[ARM_NAME_SIZE];
    arm_name(arm->table, arm->first, name, sizeof name);
    return export_text(name);
}

char *export_claim(const struct claim *claim)
{
    char *words = NULL;
    size_t length = 0;
    FILE *out = alloc_checked(open_memstream(&words, &length));
    claim_write_text(claim, out);
    fclose(out);
    char *shown = export_text(alloc_checked(words));
    free(words);
    return shown;
}

char *export_conditions(const struct trial_group *arm)
{
    static const char *const columns[] = {
        "stack_bytes", "warm", "work_stack_bytes", "work_heap_bytes", "hold_bytes", "store",
    };
    char *words = NULL;
    size_t length = 0;
    FILE *out = alloc_checked(open_memstream(&words, &length));
    const char *before = "";
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        const char *cell = group_text(arm, columns[i]);
        if (*cell == '\0')
            continue;
        fprintf(out, "%s%s=%s", before, columns[i], cell);
        before = " ";
    }
    fclose(out);
    char *shown = export_text(alloc_checked(words));
    free(words);
    return shown;
}

const char *export_doubt(const struct summary_row *row)
{
    enum absence absence = comparison_absence(row);
    return absence == ABSENCE_NONE ? "" : absence_text(absence);
}

static void write_names(const json_t *disturbances, const json_t *before, FILE *out)
{
    for (size_t i = 0; i < json_array_size(disturbances); i++) {
        const char *name = machine_find_text(json_array_get(disturbances, i), "name");
        bool is_told = !name;
        for (size_t k = 0; !is_told && k < json_array_size(before); k++) {
            const char *told = machine_find_text(json_array_get(before, k), "name");
            is_told = told && strcmp(told, name) == 0;
        }
        if (!is_told)
            fprintf(out, "%s%s", ftell(out) > 0 ? ", " : "", name);
    }
}

char *export_disturbances(const struct analysis *analysis)
{
    char *names = NULL;
    size_t length = 0;
    FILE *out = alloc_checked(open_memstream(&names, &length));
    const json_t *before = machine_find(analysis->run->machine, "disturbances.before");
    write_names(before, NULL, out);
    write_names(machine_find(analysis->run->machine, "disturbances.during"), before, out);
    fclose(out);
    char *shown = export_text(alloc_checked(names));
    free(names);
    return shown;
}

bool export_has_slope(const struct slope *slope)
{
    return isfinite(slope->slope.value);
}
