/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/again_words.h"

#include "analysis/words/units.h"
#include "compare/entry_text.h"

#include <string.h>
#include <time.h>

/* Of 20 figures of blocks that are alike, one has an interval beyond 1. */
#define BY_CHANCE 20

static bool read_time(const char *text, time_t *seconds)
{
    struct tm parts = {0};
    const char *end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    *seconds = timegm(&parts);
    return end && *end == '\0';
}

/* ", 3 days later" */
static void write_later(const struct finding_words *words, const struct again *again)
{
    static const struct {
        const char *name;
        int seconds;
    } units[] = {{"day", 86400}, {"hour", 3600}, {"minute", 60}, {"second", 1}};
    const struct compared_machine *machines = words->comparison->machines.machines;
    time_t before;
    time_t after;
    size_t unit = 0;
    if (!read_time(machines[again->before].started, &before) ||
        !read_time(machines[again->after].started, &after) || after <= before)
        return;
    while (after - before < units[unit].seconds)
        unit++;
    long long count = (after - before) / units[unit].seconds;
    fprintf(words->out, ", %lld %s%s later", count, units[unit].name, count == 1 ? "" : "s");
}

/* Programs and conditions that were measured in one of the two: other stacks, allocators, loads. */
static void write_alone(const struct finding_words *words, const struct again *again)
{
    if (again->alone > 0)
        fprintf(words->out, " %zu figure%s of one %s no like in the other, such as those of %s.",
                again->alone, again->alone == 1 ? "" : "s", again->alone == 1 ? "has" : "have",
                again->lone->label);
}

static void write_changes(const struct finding_words *words, const struct again *again)
{
    if (again->differences.count == 0) {
        fputs(" Nothing that is recorded and compared was changed", words->out);
        fputs(again->moved > 0 ? ": what moved is noise, or what is not recorded, such as "
                                 "the time of day."
                               : ".",
              words->out);
        return;
    }
    fputs(" What was changed: ", words->out);
    finding_write_differences(words, &again->differences, 2, "then");
    fputc('.', words->out);
}

/* " Only the later run was disturbed by other work and steal." */
static void write_disturbed(const struct finding_words *words, const struct again *again,
                            size_t value, const char *run)
{
    const struct differences *disturbances = &again->disturbances;
    size_t count = 0;
    size_t written = 0;
    for (size_t i = 0; i < disturbances->count; i++)
        count += strcmp(disturbances->list[i].values[value], "yes") == 0;
    for (size_t i = 0; i < disturbances->count; i++) {
        const struct difference *disturbance = &disturbances->list[i];
        if (strcmp(disturbance->values[value], "yes") != 0)
            continue;
        const char *before = written == 0 ? "" : written + 1 == count ? " and " : ", ";
        if (written++ == 0)
            fprintf(words->out, " Only the %s run was disturbed by ", run);
        fprintf(words->out, "%s%s", before, disturbance->name + strlen(DISTURBED_BY));
    }
    fputs(count > 0 ? "." : "", words->out);
}

/* "latency, median of threads 100 active x 1.30 (1.20 to 1.40)" */
static void write_moved(const struct finding_words *words, const struct moved *moved)
{
    const struct entry *entry = moved->entry;
    char text[UNITS_TEXT_SIZE];
    if (compare_tells_workload(words->comparison, entry))
        fprintf(words->out, "%s, ", entry->workload);
    fprintf(words->out, "%s (%s) x %s", entry_title(entry), entry->label,
            units_format_ratio(&moved->ratio, text));
}

/* An interval is made of the blocks of one run, which know nothing of another hour. */
static void write_chance(const struct finding_words *words, const struct again *again)
{
    if (again->figures >= BY_CHANCE)
        fprintf(words->out, " Were the two as alike as the blocks of one run, about %zu would.",
                again->figures / BY_CHANCE);
    fputs(" From one run to the next more do that nothing was changed for: a third run, made as "
          "the first was, shows how far.",
          words->out);
}

static void write_figures(const struct finding_words *words, const struct again *again)
{
    if (again->figures == 0) {
        fprintf(words->out,
                " No figure of both has an interval, which takes %d blocks: none can be said to "
                "have moved.",
                STATISTICS_BLOCKS_MIN);
        return;
    }
    if (again->moved == 0) {
        fprintf(words->out, " None of %zu figures moved by more than its interval.",
                again->figures);
        return;
    }
    fprintf(words->out, " %zu of %zu figures moved by more than %s interval", again->moved,
            again->figures, again->moved == 1 ? "its" : "their");
    size_t shown = again->moved < AGAIN_SHOWN ? again->moved : AGAIN_SHOWN;
    fputs(shown < again->moved ? ", furthest " : ": ", words->out);
    for (size_t i = 0; i < shown; i++) {
        fputs(i > 0 ? "; " : "", words->out);
        write_moved(words, &again->furthest[i]);
    }
    fputc('.', words->out);
    write_chance(words, again);
}

void again_write(struct finding_words *words, const void *what)
{
    const struct again *again = what;
    fprintf(words->out, "%s was measured on the machine of ", finding_name(words, again->after));
    fputs(finding_name(words, again->before), words->out);
    write_later(words, again);
    fputs(" (same host name, CPU, number of CPUs and memory).", words->out);
    write_changes(words, again);
    write_disturbed(words, again, 0, "earlier");
    write_disturbed(words, again, 1, "later");
    write_alone(words, again);
    write_figures(words, again);
}
