/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/page/votes.h"

#include "analysis/words/units.h"
#include "base/alloc.h"
#include "report/page/html.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* In user units, which are pixels where there is room. */
#define WIDTH  320.0
#define MIDDLE (WIDTH / 2)
#define HALF   (MIDDLE - 20) /* so that the last number of the axis has room */
#define TOP    20.0          /* of the first row: the words are above it */
#define BOTTOM 18.0          /* for the axis's numbers */

static const char *const classes[BETTER_COUNT] = {"vo", "vt", "vl", "ve"};
enum better vote_better(const struct claim_vote *vote)
{
    if (vote->side == SIDE_UNRESOLVED)
        return BETTER_OPEN;
    if (vote->side == SIDE_EQUAL)
        return BETTER_EQUAL;
    return (vote->side == SIDE_HIGHER) == vote->more_is_better ? BETTER_THREADS : BETTER_LOOP;
}

size_t votes_count(const struct claim *claim, enum better better)
{
    size_t count = 0;
    for (size_t i = 0; i < claim->votes.count; i++)
        count += vote_better(&claim->votes.items[i]) == better;
    return count;
}

/* Many times as good in the loop as with threads, as a logarithm: to the right. */
static double place(const struct claim_vote *vote, double ratio)
{
    return vote->more_is_better ? -log(ratio) : log(ratio);
}

static bool is_drawn(const struct claim_vote *vote)
{
    return vote->ratio.value > 0;
}

static int compare_places(const void *left, const void *right)
{
    const struct claim_vote *a = *(const struct claim_vote *const *)left;
    const struct claim_vote *b = *(const struct claim_vote *const *)right;
    double of_a = place(a, a->ratio.value);
    double of_b = place(b, b->ratio.value);
    return (of_a > of_b) - (of_a < of_b);
}

/* Those that can be drawn, the best of threads first; for the caller to free. */
static size_t gather(const struct claim *claim, const struct claim_vote ***votes)
{
    size_t count = 0;
    *votes = alloc_array(claim->votes.count, sizeof **votes);
    for (size_t i = 0; i < claim->votes.count; i++)
        if (is_drawn(&claim->votes.items[i]))
            (*votes)[count++] = &claim->votes.items[i];
    if (count > 0)
        qsort(*votes, count, sizeof **votes, compare_places);
    return count;
}

bool votes_can_be_drawn(const struct claim *claim)
{
    for (size_t i = 0; i < claim->votes.count; i++)
        if (is_drawn(&claim->votes.items[i]))
            return true;
    return false;
}

/* How far the axis goes either way, and what is marked on it: a factor. What is beyond the last one
 * is drawn at its end. */
static const struct axis {
    double most;
    double inner;
} axes[] = {{1.5, 1.2}, {2, 1.4}, {4, 2}, {10, 3}, {30, 5}, {100, 10}, {1000, 30}};

static const struct axis *find_axis(const struct claim_vote *const *votes, size_t count)
{
    const struct axis *axis = axes;
    double most = 0;
    for (size_t i = 0; i < count; i++) {
        const struct estimate *ratio = &votes[i]->ratio;
        most = fmax(most, fabs(log(ratio->value)));
        if (ratio->interval.low > 0)
            most =
                fmax(most, fmax(fabs(log(ratio->interval.low)), fabs(log(ratio->interval.high))));
    }
    while (axis + 1 < axes + sizeof axes / sizeof *axes && log(axis->most) < most)
        axis++;
    return axis;
}

static double x_of(const struct axis *axis, double at)
{
    return MIDDLE + HALF * fmin(1, fmax(-1, at / log(axis->most)));
}

static void write_tick(const struct axis *axis, double factor, double top, double bottom, FILE *out)
{
    double at = log(factor);
    for (int side = -1; side <= 1; side += 2) {
        double x = x_of(axis, side * at);
        fprintf(out, "<path class=\"grid\" d=\"M%.1f %.1fV%.1f\"/>", x, top, bottom);
        fprintf(out, "<text class=\"at\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%g×</text>\n",
                x, bottom + 13, factor);
    }
}

/* With the words on either side, and the line on which the two are equal. */
static void write_axis(const struct axis *axis, double top, double bottom, FILE *out)
{
    fprintf(out,
            "<text class=\"tt\" x=\"0\" y=\"11\">← threads better</text>"
            "<text class=\"tl\" x=\"%g\" y=\"11\" text-anchor=\"end\">loop better →</text>\n",
            WIDTH);
    write_tick(axis, axis->inner, top, bottom, out);
    write_tick(axis, axis->most, top, bottom, out);
    fprintf(out, "<path class=\"one\" d=\"M%g %.1fV%.1f\"/>", MIDDLE, top, bottom);
    fprintf(out, "<text class=\"at\" x=\"%g\" y=\"%.1f\" text-anchor=\"middle\">1</text>\n", MIDDLE,
            bottom + 13);
}

static void write_start(const struct claim *claim, const char *id, const char *what, double height,
                        FILE *out)
{
    fprintf(
        out,
        "<svg class=\"votes\" viewBox=\"0 0 %g %.0f\" role=\"img\" aria-labelledby=\"%s-title\" "
        "aria-describedby=\"%s-desc\" xmlns=\"http://www.w3.org/2000/svg\">\n"
        "<title id=\"%s-title\">%s: ",
        WIDTH, height, id, id, id, what);
    html_text(out, claim->text);
    fprintf(out, "</title>\n<desc id=\"%s-desc\">", id);
}

static void write_ratio(const struct claim_vote *vote, FILE *out)
{
    char text[UNITS_TEXT_SIZE];
    html_text(out, units_format_ratio(&vote->ratio, text));
}

/* What a reader hears who does not see the picture. */
static void describe(const struct claim *claim, const struct claim_vote *const *votes, size_t count,
                     FILE *out)
{
    fprintf(out,
            "%zu settings, of which %zu can be drawn: threads better in %zu, loop better in %zu, "
            "equal in %zu, without a side in %zu. Threads : loop from ",
            claim->votes.count, count, votes_count(claim, BETTER_THREADS),
            votes_count(claim, BETTER_LOOP), votes_count(claim, BETTER_EQUAL),
            votes_count(claim, BETTER_OPEN));
    write_ratio(votes[0], out);
    fputs(" to ", out);
    write_ratio(votes[count - 1], out);
    fputs(".</desc>\n", out);
}

/* A point, with its interval unless `y` is where all of them are. Who points at it reads it. */
static void write_vote(const struct claim_vote *vote, const struct axis *axis, double y,
                       bool has_interval, FILE *out)
{
    const char *class = classes[vote_better(vote)];
    fprintf(out, "<g class=\"%s\"><title>", class);
    html_text(out, vote->metric);
    fputs(*vote->setting ? ", " : "", out);
    html_text(out, vote->setting);
    fputs(": ", out);
    write_ratio(vote, out);
    fputs("</title>", out);
    if (has_interval && vote->ratio.interval.low > 0)
        fprintf(out, "<path d=\"M%.1f %.1fH%.1f\"/>",
                x_of(axis, place(vote, vote->ratio.interval.low)), y,
                x_of(axis, place(vote, vote->ratio.interval.high)));
    fprintf(out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\"/></g>\n",
            x_of(axis, place(vote, vote->ratio.value)), y);
}

/* Of many votes rows are lower, down to where they are still told apart. */
static double row_height(size_t count)
{
    return fmin(14, fmax(5, 280 / (double)count));
}

static void write_picture(const struct claim *claim, const char *id, const char *what, double row,
                          FILE *out)
{
    const struct claim_vote **votes;
    size_t count = gather(claim, &votes);
    const struct axis *axis = find_axis(votes, count);
    double bottom = TOP + (row > 0 ? row * (double)count : 16);
    write_start(claim, id, what, bottom + BOTTOM, out);
    describe(claim, votes, count, out);
    write_axis(axis, TOP, bottom, out);
    for (size_t i = 0; i < count; i++)
        write_vote(votes[i], axis, TOP + (row > 0 ? row * ((double)i + 0.5) : 8), row > 0, out);
    fputs("</svg>\n", out);
    free(votes);
}

void votes_write_forest(const struct claim *claim, const char *id, FILE *out)
{
    write_picture(claim, id, "Every setting's ratio", row_height(claim->votes.count), out);
}

void votes_write_strip(const struct claim *claim, const char *id, FILE *out)
{
    write_picture(claim, id, "All settings' ratios", 0, out);
}

void votes_write_bars(const struct claim *claim, const char *id, FILE *out)
{
    const double figures[] = {claim->shown.threads, claim->shown.loop};
    static const char *const names[] = {"threads", "loop"};
    double most = fmax(figures[0], figures[1]);
    write_start(claim, id, "Two bars", 52, out);
    html_text(out, claim->answer);
    fputs("</desc>\n", out);
    for (int i = 0; i < 2; i++) {
        fprintf(out, "<text class=\"%s\" x=\"0\" y=\"%d\">%s</text>", i == 0 ? "tt" : "tl",
                18 + 24 * i, names[i]);
        fprintf(out, "<rect class=\"%s\" x=\"56\" y=\"%d\" height=\"18\" width=\"%.1f\"/>\n",
                i == 0 ? "bt" : "bl", 5 + 24 * i, fmax(1, (WIDTH - 56) * figures[i] / most));
    }
    fputs("</svg>\n", out);
}

/* "threads better"; "within a factor of 4", where less is no difference. */
static void say(const struct claim_vote *vote, char *text, size_t size)
{
    static const char *const words[BETTER_COUNT] = {"unresolved", "threads better", "loop better",
                                                    "equal"};
    enum better better = vote_better(vote);
    if (better == BETTER_EQUAL && vote->factor >= 2)
        snprintf(text, size, "within a factor of %g", vote->factor);
    else
        snprintf(text, size, "%s", vote->absence ? vote->absence : words[better]);
}

static void write_row(const struct claim_vote *vote, FILE *out)
{
    char says[64];
    say(vote, says, sizeof says);
    fputs("<tr><th scope=\"row\">", out);
    html_text(out, *vote->setting ? vote->setting : "its only setting");
    fputs("</th>", out);
    html_cell(out, vote->metric);
    html_figure(out, &vote->ratio);
    html_cell(out, says);
    fputs("</tr>\n", out);
}

/* In the picture's order; what is not in it comes last. */
static void write_rows(const struct claim *claim, FILE *out)
{
    const struct claim_vote **votes;
    size_t count = gather(claim, &votes);
    for (size_t i = 0; i < count; i++)
        write_row(votes[i], out);
    for (size_t i = 0; i < claim->votes.count; i++)
        if (!is_drawn(&claim->votes.items[i]))
            write_row(&claim->votes.items[i], out);
    free(votes);
}

void votes_write_table(const struct claim *claim, FILE *out)
{
    static const struct html_column columns[] = {
        {.heading = "Setting"},
        {.heading = "Metric"},
        {.heading = "Threads / loop", .scale = 1},
        {.heading = "Says"},
    };
    char caption[192];
    snprintf(caption, sizeof caption, "%s: each setting's vote, ratio of medians (95 %% interval)",
             claim->text);
    html_table_open(out, caption, columns, sizeof columns / sizeof *columns);
    write_rows(claim, out);
    html_table_close(out);
}
