/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/finding_words.h"

#include "base/utf8.h"
#include "compare/again.h"

#include <string.h>

#define NAMES_SHOWN       4
#define DIFFERENCES_SHOWN 5
#define VALUE_WIDTH       32
/* "d2a172597d...dirty" */
#define REVISION_WIDTH 18

const char *finding_name(const struct finding_words *words, size_t number)
{
    const struct compared_machine *machine = &words->comparison->machines.machines[number];
    return words->shortened ? machine->label : machine->name;
}

size_t finding_count(const bool marked[MACHINES_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < MACHINES_MAX; i++)
        count += marked[i];
    return count;
}

size_t finding_run_count(const struct finding_words *words)
{
    const struct machines *machines = &words->comparison->machines;
    size_t count = 0;
    for (size_t i = 0; i < machines->count; i++)
        count += machines->machines[i].repeats == i;
    return count;
}

const char *finding_all(struct finding_words *words)
{
    const struct machines *machines = &words->comparison->machines;
    size_t count = finding_run_count(words);
    bool again = false;
    for (size_t i = 0; i < machines->count; i++)
        again |= again_before(machines, i) != NO_MACHINE;
    const char *noun = again ? "runs" : "machines";
    if (count == 2)
        snprintf(words->all, sizeof words->all, "Both %s", noun);
    else
        snprintf(words->all, sizeof words->all, "All %zu %s", count, noun);
    return words->all;
}

void finding_write_names(const struct finding_words *words, const bool marked[MACHINES_MAX])
{
    size_t count = finding_count(marked);
    size_t shown = count > NAMES_SHOWN ? NAMES_SHOWN - 1 : count;
    size_t written = 0;
    for (size_t i = 0; i < MACHINES_MAX && written < shown; i++) {
        if (!marked[i])
            continue;
        const char *before = written == 0 ? "" : written + 1 == count ? " and " : ", ";
        fprintf(words->out, "%s%s", before, finding_name(words, i));
        written++;
    }
    if (shown < count)
        fprintf(words->out, " and %zu more", count - shown);
}

/* "(none against 0.50 CPUs)", or with another word between. */
static void write_values(const struct finding_words *words, const struct difference *difference,
                         size_t sides, const char *between)
{
    for (size_t i = 0; i < sides; i++) {
        char text[GUARD_TEXT_SIZE];
        const char *value = difference->values[i];
        bool is_revision = strcmp(difference->name, "git revision") == 0;
        size_t width = is_revision ? REVISION_WIDTH : VALUE_WIDTH;
        utf8_shorten(text, sizeof text, *value ? value : "none", width, width * 2 / 3);
        if (i == 0)
            fprintf(words->out, " (%s", text);
        else
            fprintf(words->out, " %s %s", between, text);
    }
    fputc(')', words->out);
}

void finding_write_differences(const struct finding_words *words,
                               const struct differences *differences, size_t sides,
                               const char *between)
{
    size_t count = differences->count;
    size_t shown = count > DIFFERENCES_SHOWN ? DIFFERENCES_SHOWN - 1 : count;
    for (size_t i = 0; i < shown; i++) {
        const char *before = i == 0 ? "" : i + 1 == count ? " and " : ", ";
        fprintf(words->out, "%s%s", before, differences->list[i].name);
        write_values(words, &differences->list[i], sides, between);
    }
    if (shown < count)
        fprintf(words->out, " and %zu more", count - shown);
}
