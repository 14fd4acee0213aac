/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/claims/judge.h"
#include "analysis/statistics/curve.h"
#include "analysis/words/arm.h"
#include "analysis/words/wording.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The column that x runs over, and one that changes along with it (or NULL). */
struct axis {
    const char *what; /* is compared, in words */
    const char *x;
    const char *also;
};

static bool agree(const struct trial_group *a, const struct trial_group *b, const char *column)
{
    return strcmp(group_text(a, column), group_text(b, column)) == 0;
}

/* In whatever way: at each point it is the one that the loop does best with there. */
static bool same_arm(const struct trial_group *a, const struct trial_group *b)
{
    for (const char *const *column = experiment_arm_columns; *column; column++)
        if (!arm_tells_way(*column) && !agree(a, b, *column))
            return false;
    return true;
}

static bool is_along(const struct axis *axis, const char *column)
{
    return strcmp(column, axis->x) == 0 || (axis->also && strcmp(column, axis->also) == 0);
}

/* The same arm under the same conditions, but for where it is on the axis. */
static bool same_curve(const struct experiment *experiment, const struct axis *axis,
                       const struct trial_group *a, const struct trial_group *b)
{
    for (size_t i = 0; i < csv_column_count(a->table); i++) {
        const char *column = csv_column_name(a->table, i);
        if (experiment_is_condition(experiment, column) && !is_along(axis, column) &&
            !agree(a, b, column))
            return false;
    }
    /* Where the rate changes along with x, it is one share of what is sustained. */
    if (axis->also && strcmp(axis->also, "offered_per_second") == 0 &&
        !agree(a, b, "capacity_share"))
        return false;
    return same_arm(a, b);
}

static bool same_curves(const struct axis *axis, const struct summary_row *a,
                        const struct summary_row *b)
{
    return same_curve(a->experiment, axis, a->a, b->a) &&
           same_curve(a->experiment, axis, a->b, b->b);
}

/* Adds one point of a curve: the group's trials at its x. */
static int add_readings(struct curve *curve, const struct trial_group *group,
                        const struct metric *metric, const struct axis *axis, struct error *error)
{
    double x;
    int result =
        csv_number(group->table, group->first, csv_column(group->table, axis->x), &x, error);
    if (result <= 0 || x < 0)
        return result < 0 ? result : 0;
    struct observation *observations;
    int64_t count = group_observations(group, metric->column, metric->per, &observations, error);
    if (count < 0)
        return (int)count;
    for (int64_t i = 0; i < count; i++)
        curve_add(curve, observations[i].block, x, observations[i].value);
    free(observations);
    return 0;
}

static void write_end(double end, const struct meeting *met, FILE *out)
{
    bool beyond = end > met->last_x;
    bool below = end < met->least;
    fputs(beyond ? "beyond " : below ? "below " : "", out);
    wording_write_number(beyond ? met->last_x : below ? met->least : end, out);
}

static void write_met(const struct meeting *met, const struct axis *axis, FILE *out)
{
    const struct crossover *crossover = &met->crossover;
    const char *first = crossover->first_sign < 0 ? "lower" : "higher";
    const char *last = crossover->last_sign < 0 ? "lower" : "higher";
    if (isnan(crossover->x)) {
        fprintf(out, "%s throughout, from ", first);
        wording_write_number(met->first_x, out);
        fputs(" to ", out);
        wording_write_number(met->last_x, out);
        fprintf(out, " %s", wording_noun(axis->x));
        return;
    }
    /* Nobody knows where between none and the least. */
    if (crossover->x < met->least) {
        fprintf(out, "%s with none, %s from ", first, last);
        wording_write_number(met->least, out);
        fprintf(out, " %s on", wording_noun(axis->x));
        return;
    }
    fprintf(out, "%s below ", first);
    wording_write_number(crossover->x, out);
    if (!isnan(crossover->interval.low)) {
        fputs(" (", out);
        write_end(crossover->interval.low, met, out);
        fputs(" to ", out);
        write_end(crossover->interval.high, met, out);
        fputc(')', out);
    }
    fprintf(out, " %s, %s above", wording_noun(axis->x), last);
}

/* What the tally has resolved on one curve. */
struct resolved {
    bool all;      /* of its points */
    bool below;    /* some point below the crossing, on the side that the curve begins on */
    bool above;    /* some point above it, on the side that it ends on */
    bool contrary; /* some point on the other side of where it should be */
};

static enum side side_of_sign(int sign)
{
    return sign < 0 ? SIDE_LOWER : SIDE_HIGHER;
}

static void add_resolved(struct resolved *resolved, const struct ballot *ballot, double x,
                         const struct crossover *crossover)
{
    if (!ballot || ballot->absence != ABSENCE_NONE || ballot->side == SIDE_UNRESOLVED ||
        ballot->side == SIDE_EQUAL) {
        resolved->all = false;
        return;
    }
    bool is_below = isnan(crossover->x) || x < crossover->x;
    enum side expected = side_of_sign(is_below ? crossover->first_sign : crossover->last_sign);
    resolved->below |= is_below && ballot->side == expected;
    resolved->above |= !is_below && ballot->side == expected;
    resolved->contrary |= ballot->side != expected;
}

/* Whether there is something to say: the curves meet between points that are resolved on either
 * side, or one is above the other throughout and each point shows it. */
static bool is_told(const struct meeting *met, const struct resolved *resolved)
{
    const struct crossover *crossover = &met->crossover;
    if (met->points < 2 || met->blocks < STATISTICS_BLOCKS_MIN || crossover->first_sign == 0 ||
        resolved->contrary)
        return false;
    if (isnan(crossover->x))
        return crossover->first_sign == crossover->last_sign && resolved->all;
    return resolved->below && resolved->above;
}

/* "no work: " */
static void write_where(const struct selection *selection, const struct summary_row *row,
                        const struct axis *axis, FILE *out)
{
    long before = ftell(out);
    selection_write_row(selection, row, axis->x, axis->also, out);
    if (ftell(out) > before)
        fputs(": ", out);
}

/* What curves are made from. */
struct drawing {
    const struct tally *tally;
    const struct selection *selection;
    struct axis axis;
    uint64_t seed;
    FILE *out;
};

static struct resolved find_resolved(const struct drawing *drawing, const struct summary_row *row,
                                     const struct crossover *crossover)
{
    struct resolved resolved = {.all = true};
    for (size_t i = 0; i < drawing->selection->count; i++) {
        const struct summary_row *point = drawing->selection->rows[i];
        if (same_curves(&drawing->axis, row, point))
            add_resolved(&resolved, tally_find(drawing->tally, point),
                         strtod(group_text(point->a, drawing->axis.x), NULL), crossover);
    }
    return resolved;
}

static int read_curves(const struct drawing *drawing, const struct summary_row *row,
                       struct curve *a, struct curve *b, struct error *error)
{
    int result = 0;
    for (size_t i = 0; result == 0 && i < drawing->selection->count; i++) {
        const struct summary_row *point = drawing->selection->rows[i];
        if (!same_curves(&drawing->axis, row, point))
            continue;
        result = add_readings(a, point->a, &point->metric, &drawing->axis, error);
        if (result == 0)
            result = add_readings(b, point->b, &point->metric, &drawing->axis, error);
    }
    return result;
}

/* Writes the crossing of the curves that `row` is a point of. Nothing when there are too few
 * points or blocks to tell. Returns 0 or -EBADMSG. */
static int write_crossing(const struct drawing *drawing, const struct summary_row *row,
                          struct error *error)
{
    struct curve a = {0};
    struct curve b = {0};
    int result = read_curves(drawing, row, &a, &b, error);
    if (result == 0) {
        struct meeting met = curves_meet(&a, &b, drawing->seed);
        struct resolved resolved = find_resolved(drawing, row, &met.crossover);
        if (is_told(&met, &resolved)) {
            text_separate(drawing->out);
            write_where(drawing->selection, row, &drawing->axis, drawing->out);
            fprintf(drawing->out, "median %s of threads ", drawing->axis.what);
            write_met(&met, &drawing->axis, drawing->out);
        }
    }
    curve_finish(&a);
    curve_finish(&b);
    return result;
}

static bool is_first_of_curve(const struct selection *selection, const struct axis *axis,
                              size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (same_curves(axis, selection->rows[i], selection->rows[index]))
            return false;
    return true;
}

int crossings_write(const struct tally *tally, const struct evidence *evidence,
                    const struct question *question, const char *what, const char *x,
                    const char *also, FILE *out, struct error *error)
{
    struct selection selection = question_select(question, evidence);
    const struct drawing drawing = {tally, &selection, {what, x, also}, evidence->seed, out};
    int result = 0;
    for (size_t i = 0; result == 0 && i < selection.count; i++)
        if (is_first_of_curve(&selection, &drawing.axis, i))
            result = write_crossing(&drawing, selection.rows[i], error);
    selection_finish(&selection);
    return result;
}
