/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/wire/wire_result.h"

#include "load/wire/fields.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Neither counts nor times of ours come near it (104 days), and sums of a thousand stay numbers. */
#define NUMBER_MAX (INT64_C(1) << 53)

/* As many excursions as a generator keeps (generator/worker.c). */
#define EXCURSIONS_TAKEN_MAX ((size_t)8 << 20)

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

static bool is_number(int64_t number)
{
    return number >= -NUMBER_MAX && number <= NUMBER_MAX;
}

/* Adds what a line has. */
static int add_excursions(struct excursions *into, const int64_t *numbers, int count)
{
    struct excursion items[NUMBERS_OF_LINE / 2];
    struct excursions read = {.items = items};
    for (int n = 0; n < count; n += 2) {
        if (!is_number(numbers[n]) || !is_number(numbers[n + 1]) || numbers[n + 1] < numbers[n])
            return -EINVAL;
        items[read.count++] = (struct excursion){numbers[n], numbers[n + 1]};
    }
    return into->count + read.count > EXCURSIONS_TAKEN_MAX ? -EINVAL
                                                           : excursions_merge(into, &read, 0);
}

static int take_excursions(struct wire_result *wire, const char *text)
{
    int64_t numbers[NUMBERS_OF_LINE];
    for (size_t i = 0; i < sizeof excursions / sizeof *excursions; i++) {
        const char *rest = behind(text, excursions[i].name);
        int count = rest ? read_numbers(rest, numbers) : -EINVAL;
        if (!rest)
            continue;
        if (count < 0 || count % 2 != 0)
            return -EINVAL;
        void *at = (char *)&wire->result + excursions[i].offset;
        return add_excursions(at, numbers, count);
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

static bool is_sane_field(const struct field *field, const void *at)
{
    if (field->kind == FIELD_INT64)
        return is_number(*(const int64_t *)at);
    return field->kind != FIELD_DOUBLE || fabs(*(const double *)at) <= (double)NUMBER_MAX;
}

/* Whether all numbers can be reckoned with: who sends them may be broken, or somebody else. */
static bool is_sane(const struct load_result *result)
{
    bool sane = result->duration_ns >= 0;
    for (const struct field *field = fields; sane && field->name; field++)
        sane = is_sane_field(field, (const char *)result + field->offset);
    for (size_t i = 0; sane && i < result->backlog.count; i++)
        sane = is_number(result->backlog.values[i]);
    for (int kind = 0; sane && kind < LOAD_ERROR_KINDS; kind++)
        sane = result->errors[kind] >= 0 && is_number(result->errors[kind]);
    return sane;
}

int wire_result_take(struct wire_result *wire, const char *line, struct error *error)
{
    if (strcmp(line, "end") == 0 && is_sane(&wire->result))
        return 1;
    int result = take(wire, line);
    if (result == -ENOMEM)
        return error_set(error, result, "out of memory");
    if (strcmp(line, "end") == 0)
        return error_set(error, -EPROTO, "told of a result with numbers that cannot be");
    return result < 0 ? error_set(error, -EPROTO, "no line of a result: '%.60s'", line) : 0;
}
