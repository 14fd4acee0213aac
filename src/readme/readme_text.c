/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/statistics/statistics.h"
#include "base/alloc.h"
#include "readme/readme_section.h"
#include "run/machine_json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS 118

void readme_paragraph(FILE *out, const char *text)
{
    size_t column = 0;
    while (*text) {
        size_t length = strcspn(text, " ");
        if (column > 0 && column + 1 + length > COLUMNS) {
            fputc('\n', out);
            column = 0;
        }
        column += (size_t)fprintf(out, "%s%.*s", column > 0 ? " " : "", (int)length, text);
        text += length;
        text += strspn(text, " ");
    }
    fputc('\n', out);
}

void readme_words_begin(struct readme_words *words)
{
    *words = (struct readme_words){0};
    words->out = alloc_checked(open_memstream(&words->text, &words->size));
}

void readme_words_end(struct readme_words *words, FILE *out)
{
    fclose(words->out);
    readme_paragraph(out, alloc_checked(words->text));
    free(words->text);
}

const char *readme_bytes(double bytes, char *text)
{
    if (isnan(bytes))
        snprintf(text, README_TEXT_SIZE, "-");
    else if (fabs(bytes) < 999.5)
        snprintf(text, README_TEXT_SIZE, "%.0f B", fabs(bytes) < 0.5 ? 0 : bytes);
    else
        snprintf(text, README_TEXT_SIZE, "%.1f KiB", bytes / 1024);
    return text;
}

/* Up to `tenths` a tenth is shown. */
static const char *write_time(double ns, double tenths, char *text)
{
    static const struct {
        double ns;
        const char *name;
    } units[] = {{1, "ns"}, {1e3, "us"}, {1e6, "ms"}, {1e9, "s"}};
    size_t unit = 0;
    if (isnan(ns)) {
        snprintf(text, README_TEXT_SIZE, "-");
        return text;
    }
    while (unit + 1 < sizeof units / sizeof *units && ns >= 999.5 * units[unit].ns)
        unit++;
    double value = ns / units[unit].ns;
    snprintf(text, README_TEXT_SIZE, "%.*f %s", unit > 0 && value < tenths - 0.05, value,
             units[unit].name);
    return text;
}

const char *readme_time(double ns, char *text)
{
    return write_time(ns, 10, text);
}

const char *readme_cpu(double ns, char *text)
{
    return write_time(ns, 100, text);
}

const char *readme_rate(double per_second, char *text)
{
    if (isnan(per_second))
        snprintf(text, README_TEXT_SIZE, "-");
    else if (per_second < 999.5)
        snprintf(text, README_TEXT_SIZE, "%.0f/s", per_second);
    else
        snprintf(text, README_TEXT_SIZE, "%.*f k/s", per_second < 9950, per_second / 1000);
    return text;
}

const char *readme_times(double ratio, char *text)
{
    if (isnan(ratio))
        snprintf(text, README_TEXT_SIZE, "-");
    else
        snprintf(text, README_TEXT_SIZE, "%.*f", ratio < 0.995 ? 2 : ratio < 9.95 ? 1 : 0, ratio);
    return text;
}

double readme_number(const json_t *machine, const char *path)
{
    const json_t *value = machine_find(machine, path);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static void write_texts(const json_t *list, const json_t *already, size_t *count, FILE *out)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *name = machine_find_text(json_array_get(list, i), "name");
        bool told = !name;
        for (size_t k = 0; !told && k < json_array_size(already); k++) {
            const char *other = machine_find_text(json_array_get(already, k), "name");
            told = other && strcmp(other, name) == 0;
        }
        const char *text = machine_find_text(json_array_get(list, i), "text");
        if (!told)
            fprintf(out, "%s%s", (*count)++ > 0 ? "; " : "", text ? text : name);
    }
}

void readme_disturbances(const json_t *machine, FILE *out)
{
    size_t count = 0;
    const json_t *before = machine_find(machine, "disturbances.before");
    write_texts(before, NULL, &count, out);
    write_texts(machine_find(machine, "disturbances.during"), before, &count, out);
    if (count == 0)
        fputs("nothing", out);
}

int readme_median(const struct trial_group *group, const char *column, const char *per,
                  double *median, struct error *error)
{
    struct observation *observations;
    int64_t count = group_observations(group, column, per, &observations, error);
    if (count < 0)
        return (int)count;
    double *values = alloc_array((size_t)count, sizeof *values);
    for (int64_t i = 0; i < count; i++)
        values[i] = observations[i].value;
    *median =
        10 * (size_t)count >= 9 * group->count ? statistics_median(values, (size_t)count) : NAN;
    free(values);
    free(observations);
    return 0;
}
