/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/wire/wire_result.h"

#include "load/wire/fields.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Numbers of a line: it stays shorter than a channel's longest (base/channel.h). */
#define NUMBERS_OF_LINE 32

#define FIELD(name, kind)                                  \
    {                                                      \
#name, kind, offsetof(struct load_result, name), 0 \
    }

static const struct field fields[] = {
    FIELD(connected, FIELD_INT64),
    FIELD(duration_ns, FIELD_INT64),
    FIELD(interrupted, FIELD_BOOL),
    FIELD(offered, FIELD_INT64),
    FIELD(answered, FIELD_INT64),
    FIELD(lost, FIELD_INT64),
    FIELD(failed, FIELD_INT64),
    FIELD(replies, FIELD_INT64),
    FIELD(punctual, FIELD_INT64),
    {"first_error", FIELD_CHARS, offsetof(struct load_result, first_error),
     sizeof((struct load_result *)0)->first_error},
    FIELD(connect_ns, FIELD_INT64),
    FIELD(hung, FIELD_INT64),
    FIELD(never_answered, FIELD_INT64),
    FIELD(longest_service_ns, FIELD_INT64),
    FIELD(backlog_begin, FIELD_INT64),
    FIELD(client_cpu_seconds, FIELD_DOUBLE),
    FIELD(client_work_seconds, FIELD_DOUBLE),
    FIELD(client_busy, FIELD_DOUBLE),
    FIELD(client_run_delay_ns, FIELD_INT64),
    FIELD(away_ns, FIELD_INT64),
    FIELD(client_bound, FIELD_BOOL),
    FIELD(stalls.count, FIELD_INT64),
    FIELD(stalls.longest_ns, FIELD_INT64),
    FIELD(stalls.sum_ns, FIELD_INT64),
    FIELD(silence_ns, FIELD_INT64),
    FIELD(reconnects, FIELD_INT64),
    FIELD(repeated, FIELD_INT64),
    FIELD(given_up, FIELD_INT64),
    FIELD(late, FIELD_BOOL),
    {0},
};

/* The histograms by name. */
static const struct member {
    const char *name;
    size_t offset;
} histograms[] = {
    {"latency", offsetof(struct load_result, latency)},
    {"service", offsetof(struct load_result, service)},
    {"lateness", offsetof(struct load_result, lateness)},
    {"other", offsetof(struct load_result, other)},
    {"reply_delay", offsetof(struct load_result, reply_delay)},
};

static const struct member excursions[] = {
    {"all", offsetof(struct load_result, excursions)},
    {"other", offsetof(struct load_result, other_excursions)},
};

static struct histogram **histogram_at(struct load_result *result, const struct member *member)
{
    return (struct histogram **)(void *)((char *)result + member->offset);
}

/* Writes numbers in lines that begin with that word. */
struct number_lines {
    const char *word;
    FILE *out;
    int count; /* on the line that is open */
};

static void put_number(struct number_lines *lines, int64_t number)
{
    if (lines->count == 0)
        fputs(lines->word, lines->out);
    fprintf(lines->out, " %" PRId64, number);
    if (++lines->count < NUMBERS_OF_LINE)
        return;
    fputc('\n', lines->out);
    lines->count = 0;
}

static void end_numbers(struct number_lines *lines)
{
    if (lines->count > 0)
        fputc('\n', lines->out);
    lines->count = 0;
}

static void write_histogram(const char *name, const struct histogram *histogram, FILE *out)
{
    struct number_lines lines = {.word = "buckets", .out = out};
    struct histogram_edges edges;
    int64_t count;
    histogram_edges(histogram, &edges);
    fprintf(out, "histogram %s %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "\n", name,
            edges.overflow, edges.underflow, edges.min_ns, edges.max_ns);
    for (int i = histogram_next_bucket(histogram, 0, &count); i >= 0;
         i = histogram_next_bucket(histogram, i + 1, &count)) {
        put_number(&lines, i);
        put_number(&lines, count);
    }
    end_numbers(&lines);
}

static void write_numbers(const char *word, const int64_t *numbers, size_t count, FILE *out)
{
    struct number_lines lines = {.word = word, .out = out};
    for (size_t i = 0; i < count; i++)
        put_number(&lines, numbers[i]);
    end_numbers(&lines);
}

void wire_result_write(const struct load_result *result, FILE *out)
{
    fields_write(fields, result, out);
    write_numbers("errors", result->errors, LOAD_ERROR_KINDS, out);
    write_numbers("trend", result->backlog.values, result->backlog.count, out);
    for (size_t i = 0; i < sizeof histograms / sizeof *histograms; i++) {
        const struct histogram *histogram =
            *(struct histogram *const *)(const void *)((const char *)result + histograms[i].offset);
        if (histogram)
            write_histogram(histograms[i].name, histogram, out);
    }
    fputs("end\n", out);
}

static void write_excursions(const char *name, const struct excursions *list, int64_t longer_ns,
                             FILE *out)
{
    char word[32];
    snprintf(word, sizeof word, "excursions %s", name);
    struct number_lines lines = {.word = word, .out = out};
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].end_ns - list->items[i].begin_ns > longer_ns) {
            put_number(&lines, list->items[i].begin_ns);
            put_number(&lines, list->items[i].end_ns);
        }
    end_numbers(&lines);
}

void wire_result_write_excursions(const struct load_result *result, int64_t longer_than_ns,
                                  int64_t other_longer_than_ns, FILE *out)
{
    write_excursions("all", &result->excursions, longer_than_ns, out);
    write_excursions("other", &result->other_excursions, other_longer_than_ns, out);
    fputs("end\n", out);
}

/* The numbers behind a line's word: how many, or -EINVAL. */
static int read_numbers(const char *text, int64_t numbers[NUMBERS_OF_LINE])
{
    int count = 0;
    while (*text) {
        char *end;
        errno = 0;
        if (count == NUMBERS_OF_LINE || *text != ' ')
            return -EINVAL;
        numbers[count] = strtoll(text + 1, &end, 10);
        if (end == text + 1 || errno != 0)
            return -EINVAL;
        count++;
        text = end;
    }
    return count;
}

/* What stands behind the word, or NULL where the line does not begin with it. */
static const char *behind(const char *line, const char *word)
{
    size_t length = strlen(word);
    bool is = strncmp(line, word, length) == 0 && (line[length] == ' ' || line[length] == '\0');
    return is ? line + length : NULL;
}

static int take_histogram(struct wire_result *wire, const char *text)
{
    int64_t numbers[NUMBERS_OF_LINE];
    for (size_t i = 0; i < sizeof histograms / sizeof *histograms; i++) {
        struct histogram **at = histogram_at(&wire->result, &histograms[i]);
        const char *rest = behind(text, histograms[i].name);
        if (!rest)
            continue;
        if (*at || read_numbers(rest, numbers) != 4)
            return -EINVAL;
        *at = wire->filled = histogram_create();
        return !*at ? -ENOMEM
                    : histogram_add_edges(*at, &(struct histogram_edges){numbers[0], numbers[1],
                                                                         numbers[2], numbers[3]});
    }
    return -EINVAL;
}

static int take_buckets(struct wire_result *wire, const char *text)
{
    int64_t numbers[NUMBERS_OF_LINE];
    int count = read_numbers(text, numbers);
    int result = count < 0 || count % 2 != 0 || !wire->filled ? -EINVAL : 0;
    for (int i = 0; result == 0 && i < count; i += 2)
        result = histogram_add_bucket(wire->filled, numbers[i], numbers[i + 1]);
    return result;
}

static int take_excursions(struct wire_result *wire, const char *text)
{
    int64_t numbers[NUMBERS_OF_LINE];
    struct excursion items[NUMBERS_OF_LINE / 2];
    for (size_t i = 0; i < sizeof excursions / sizeof *excursions; i++) {
        const char *rest = behind(text, excursions[i].name);
        int count = rest ? read_numbers(rest, numbers) : -EINVAL;
        if (!rest)
            continue;
        if (count < 0 || count % 2 != 0)
            return -EINVAL;
        for (int n = 0; n < count; n += 2)
            items[n / 2] = (struct excursion){numbers[n], numbers[n + 1]};
        struct excursions read = {.items = items, .count = (size_t)count / 2};
        return excursions_merge(
            (struct excursions *)(void *)((char *)&wire->result + excursions[i].offset), &read, 0);
    }
    return -EINVAL;
}

/* So many at most, once. */
static int take_list(const char *text, int64_t *list, int most, bool *taken)
{
    int64_t numbers[NUMBERS_OF_LINE];
    int count = read_numbers(text, numbers);
    if (count < 0 || count > most || *taken)
        return -EINVAL;
    *taken = true;
    memcpy(list, numbers, (size_t)count * sizeof *list);
    return count;
}

static int take_trend(struct wire_result *wire, const char *text)
{
    struct trend *trend = &wire->result.backlog;
    int count = take_list(text, trend->values, TREND_POINTS, &wire->has_trend);
    trend->count = count < 0 ? 0 : (size_t)count;
    return count < 0 ? count : 0;
}

static int take_errors(struct wire_result *wire, const char *text)
{
    int count = take_list(text, wire->result.errors, LOAD_ERROR_KINDS, &wire->has_errors);
    return count == LOAD_ERROR_KINDS ? 0 : -EINVAL;
}

static int take(struct wire_result *wire, const char *line)
{
    static const struct {
        const char *word;
        int (*take)(struct wire_result *wire, const char *text);
    } words[] = {
        {"histogram", take_histogram}, {"buckets", take_buckets}, {"excursions", take_excursions},
        {"trend", take_trend},         {"errors", take_errors},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const char *rest = behind(line, words[i].word);
        if (rest && (words[i].take == take_histogram || words[i].take == take_excursions))
            return *rest == ' ' ? words[i].take(wire, rest + 1) : -EINVAL;
        if (rest)
            return words[i].take(wire, rest);
    }
    return fields_read(fields, &wire->result, line);
}

int wire_result_take(struct wire_result *wire, const char *line, struct error *error)
{
    if (strcmp(line, "end") == 0)
        return 1;
    int result = take(wire, line);
    if (result == -ENOMEM)
        return error_set(error, result, "out of memory");
    return result < 0 ? error_set(error, -EPROTO, "no line of a result: '%.60s'", line) : 0;
}
