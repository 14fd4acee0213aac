/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/findings.h"

#include "base/alloc.h"
#include "base/utf8.h"
#include "compare/again_words.h"
#include "compare/differences.h"
#include "compare/finding_words.h"
#include "compare/verdicts.h"

#include <stdlib.h>
#include <string.h>

/* In the order in which they are named. */
static const enum claim_verdict decided[] = {CLAIM_REPRODUCED, CLAIM_REFUTED, CLAIM_DEPENDS};
#define DECIDED_COUNT (sizeof decided / sizeof *decided)

static void add(struct findings *findings, char *text)
{
    findings->texts =
        alloc_grow(findings->texts, findings->count, &findings->capacity, sizeof *findings->texts);
    findings->texts[findings->count++] = text;
}

/* Adds what `write` writes, unless it is nothing. */
typedef void write_function(struct finding_words *words, const void *what);

static void add_written(struct findings *findings, struct finding_words *words,
                        write_function *write, const void *what)
{
    char *text = NULL;
    size_t size = 0;
    words->out = alloc_checked(open_memstream(&text, &size));
    write(words, what);
    fclose(words->out);
    if (size > 0)
        add(findings, text);
    else
        free(text);
}

static const struct verdicts *verdicts_of(const struct finding_words *words)
{
    return &words->comparison->verdicts;
}

static size_t count_concord(const struct finding_words *words, enum concord concord)
{
    size_t count = 0;
    for (size_t i = 0; i < verdicts_of(words)->count; i++) {
        const struct verdict_row *row = &verdicts_of(words)->rows[i];
        count +=
            verdict_is_shared(row) && verdict_concord(row, &words->comparison->machines) == concord;
    }
    return count;
}

/* Those of a pair that a single run has are in the tables alone. */
static size_t count_shared(const struct finding_words *words)
{
    size_t count = 0;
    for (size_t i = 0; i < verdicts_of(words)->count; i++)
        count += verdict_is_shared(&verdicts_of(words)->rows[i]);
    return count;
}

/* Of a claim that all who have a verdict agree on, the verdict. */
static enum claim_verdict common_verdict(const struct finding_words *words,
                                         const struct verdict_row *row)
{
    size_t number = 0;
    while (!verdict_counts(row, &words->comparison->machines, number))
        number++;
    return row->machines[number].verdict;
}

/* "Refuted: A; B." */
static void write_agreed(struct finding_words *words, enum claim_verdict verdict)
{
    static const char *const heads[] = {
        [CLAIM_REPRODUCED] = "Reproduced",
        [CLAIM_REFUTED] = "Refuted",
        [CLAIM_DEPENDS] = "Depending on the setting",
    };
    const struct machines *machines = &words->comparison->machines;
    bool any = false;
    for (size_t i = 0; i < verdicts_of(words)->count; i++) {
        const struct verdict_row *row = &verdicts_of(words)->rows[i];
        if (verdict_concord(row, machines) != CONCORD_AGREE ||
            common_verdict(words, row) != verdict)
            continue;
        if (any)
            fprintf(words->out, "; %s", row->text);
        else
            fprintf(words->out, " %s: %s", heads[verdict], row->text);
        bool silent[MACHINES_MAX] = {false};
        for (size_t k = 0; k < machines->count; k++)
            silent[k] = machines->machines[k].repeats == k && !verdict_counts(row, machines, k);
        if (finding_count(silent) > 0) {
            fputs(" (open on ", words->out);
            finding_write_names(words, silent);
            fputc(')', words->out);
        }
        any = true;
    }
    if (any)
        fputc('.', words->out);
}

static void write_agreement(struct finding_words *words, const void *unused)
{
    (void)unused;
    size_t count = count_concord(words, CONCORD_AGREE);
    size_t all = count_shared(words);
    if (finding_run_count(words) < 2 || all == 0)
        return;
    fprintf(words->out, "%s agree on ", finding_all(words));
    if (count == 0) {
        fprintf(words->out, "none of %zu claims.", all);
        return;
    }
    fprintf(words->out, "%zu of %zu claims.", count, all);
    for (size_t i = 0; i < DECIDED_COUNT; i++)
        write_agreed(words, decided[i]);
}

/* Which machines have that verdict. */
static void find_side(const struct finding_words *words, const struct verdict_row *row,
                      enum claim_verdict verdict, bool side[MACHINES_MAX])
{
    const struct machines *machines = &words->comparison->machines;
    for (size_t i = 0; i < MACHINES_MAX; i++)
        side[i] = i < machines->count && verdict_counts(row, machines, i) &&
                  row->machines[i].verdict == verdict;
}

/* How many sides there are, numbered in the order in which they are named. */
static size_t number_sides(const struct finding_words *words, const struct verdict_row *row,
                           int sides[MACHINES_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < MACHINES_MAX; i++)
        sides[i] = SIDE_NONE;
    for (size_t k = 0; k < DECIDED_COUNT; k++) {
        bool side[MACHINES_MAX];
        find_side(words, row, decided[k], side);
        for (size_t i = 0; i < MACHINES_MAX; i++)
            if (side[i])
                sides[i] = (int)count;
        count += finding_count(side) > 0;
    }
    return count;
}

/* What differs between the sides. */
static void write_reasons(struct finding_words *words, const int sides[MACHINES_MAX], size_t count)
{
    struct differences *differences = alloc_array(1, sizeof *differences);
    differences_of_sides(differences, &words->comparison->machines, sides);
    if (differences->count == 0)
        fputs(" Nothing that is recorded parts them in the same way: what is not recorded, such as "
              "the hour or a neighbour, may explain it.",
              words->out);
    else {
        fputs(" What differs in the same way, and may explain it: ", words->out);
        finding_write_differences(words, differences, count, "against");
        fputc('.', words->out);
    }
    free(differences);
}

/* Where other settings were asked the verdicts answer other questions. " They were not asked in the
 * same settings (17 on A, 3 on B), which alone may part them." */
static void write_questions(struct finding_words *words, const struct verdict_row *row)
{
    const struct machines *machines = &words->comparison->machines;
    const char *before = " They were not asked in the same settings (";
    int unused[MACHINES_MAX];
    if (verdict_settings_are_shared(row, machines))
        return;
    for (size_t i = 0; i < machines->count; i++) {
        if (!verdict_counts(row, machines, i))
            continue;
        fprintf(words->out, "%s%zu on %s", before, row->machines[i].settings.count,
                finding_name(words, i));
        before = ", ";
    }
    fputs("), which alone may part them", words->out);
    fputs(verdict_opposed(row, machines, unused)
              ? "."
              : ": in none that they share are threads better here and the loop there.",
          words->out);
}

static void write_parting(struct finding_words *words, const void *what)
{
    const struct verdict_row *row = what;
    const struct machines *machines = &words->comparison->machines;
    bool silent[MACHINES_MAX] = {false};
    size_t named = 0;
    fprintf(words->out, "They part on \"%s\": ", row->text);
    for (size_t k = 0; k < DECIDED_COUNT; k++) {
        bool side[MACHINES_MAX];
        find_side(words, row, decided[k], side);
        if (finding_count(side) == 0)
            continue;
        fprintf(words->out, "%s%s on ", named++ > 0 ? ", " : "", claim_verdict_text(decided[k]));
        finding_write_names(words, side);
    }
    for (size_t i = 0; i < machines->count; i++)
        silent[i] = machines->machines[i].repeats == i && !verdict_counts(row, machines, i);
    if (finding_count(silent) > 0) {
        fputs("; open on ", words->out);
        finding_write_names(words, silent);
    }
    fputc('.', words->out);
    write_questions(words, row);
    int sides[MACHINES_MAX];
    write_reasons(words, sides, number_sides(words, row, sides));
}

/* "They part on "A": it depends on the setting on all of them, but in socket_stop_p50 threads are
 * better on B and the loop is on C." */
static void write_crossing(struct finding_words *words, const void *what)
{
    const struct verdict_row *row = what;
    int sides[MACHINES_MAX];
    const struct verdict_setting *setting =
        verdict_opposed(row, &words->comparison->machines, sides);
    fprintf(words->out,
            "They part on \"%s\": it depends on the setting on all that decide it, and for %s "
            "threads are better on ",
            row->text, setting->text);
    for (int side = 0; side < 2; side++) {
        bool marked[MACHINES_MAX];
        for (size_t i = 0; i < MACHINES_MAX; i++)
            marked[i] = sides[i] == side;
        fputs(side > 0 ? " and the loop on " : "", words->out);
        finding_write_names(words, marked);
    }
    fputc('.', words->out);
    write_reasons(words, sides, 2);
}

static void write_rest(struct finding_words *words, const void *unused)
{
    (void)unused;
    size_t count = count_concord(words, CONCORD_NONE);
    if (finding_run_count(words) < 2 || count == 0)
        return;
    fprintf(words->out,
            "%zu claim%s a verdict on one of them at most: too few blocks, not run, or no "
            "difference resolved.",
            count, count == 1 ? " has" : "s have");
}

static void add_again(struct findings *findings, struct finding_words *words)
{
    const struct machines *machines = &words->comparison->machines;
    struct again *again = alloc_array(1, sizeof *again);
    for (size_t i = 0; i < machines->count; i++) {
        size_t before = again_before(machines, i);
        if (before == NO_MACHINE)
            continue;
        again_read(again, words->comparison, before, i);
        add_written(findings, words, again_write, again);
    }
    free(again);
}

void findings_read(struct findings *findings, const struct comparison_of_runs *comparison,
                   bool shortened)
{
    struct finding_words words = {.comparison = comparison, .shortened = shortened};
    *findings = (struct findings){.count = 0};
    add_written(findings, &words, write_agreement, NULL);
    for (size_t i = 0; i < comparison->verdicts.count; i++) {
        const struct verdict_row *row = &comparison->verdicts.rows[i];
        if (verdict_concord(row, &comparison->machines) == CONCORD_PART)
            add_written(findings, &words, write_parting, row);
        if (verdict_concord(row, &comparison->machines) == CONCORD_CROSS)
            add_written(findings, &words, write_crossing, row);
    }
    add_written(findings, &words, write_rest, NULL);
    add_again(findings, &words);
}

void findings_finish(struct findings *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        free(findings->texts[i]);
    free(findings->texts);
    *findings = (struct findings){.count = 0};
}

static void print_wrapped(const char *text, size_t width, FILE *out)
{
    size_t column = 0;
    while (*text) {
        char word[512];
        size_t length = strcspn(text, " ");
        snprintf(word, sizeof word, "%.*s", (int)length, text);
        size_t wide = utf8_width(word);
        if (column > 0 && column + 1 + wide > width) {
            fputc('\n', out);
            column = 0;
        }
        fprintf(out, "%s%s", column > 0 ? " " : "", word);
        column += wide + (column > 0);
        text += length;
        text += strspn(text, " ");
    }
    fputs("\n\n", out);
}

void findings_print(const struct findings *findings, size_t width, FILE *out)
{
    for (size_t i = 0; i < findings->count; i++)
        print_wrapped(findings->texts[i], width, out);
}
