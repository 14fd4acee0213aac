/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/words/units.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct unit {
    double size;
    const char *name;
};

/* From large to small; the last takes what is below. */
static const struct unit byte_units[] = {
    {1024.0 * 1024 * 1024, "GiB"}, {1024.0 * 1024, "MiB"}, {1024, "KiB"}, {1, "B"}};
static const struct unit time_units[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}, {1, "ns"}};
static const struct unit count_units[] = {{1e9, "G"}, {1e6, "M"}, {1e3, "k"}, {1, ""}};

/* The largest unit of which there is at least one, rounding included: 1023.9 B is 1.00 KiB. */
static const struct unit *pick_unit(const struct unit *units, double value)
{
    while (units->size > 1 && fabs(value) < 0.9995 * units->size)
        units++;
    return units;
}

/* Three significant digits, without an exponent. `whole` numbers have one decimal at most. */
static int print_digits(char *text, size_t size, double value, bool whole)
{
    double magnitude = fabs(value);
    int decimals = magnitude < 9.995 ? 2 : magnitude < 99.95 ? 1 : 0;
    if (whole)
        decimals = magnitude < 99.95 && value != round(value) ? 1 : 0;
    if (magnitude < 0.5 * pow(10, -decimals))
        return snprintf(text, size, "0"); /* never "-0.0" */
    if (magnitude >= 1e6)
        return snprintf(text, size, "%.3g", value);
    return snprintf(text, size, "%.*f", decimals, value);
}

static const char *format(const struct unit *units, double value, char *text)
{
    const struct unit *unit = pick_unit(units, value);
    int length = print_digits(text, UNITS_TEXT_SIZE, value / unit->size, unit->size == 1);
    if (length > 0 && unit->name[0] != '\0')
        snprintf(text + length, UNITS_TEXT_SIZE - (size_t)length, " %s", unit->name);
    return text;
}

const char *units_format_bytes(double bytes, char *text)
{
    return format(byte_units, bytes, text);
}

/* What a column of the memory table holds beside the blank before it. */
#define INTERVAL_WIDTH 11

const char *units_format_bytes_interval(const struct estimate *bytes, char *text)
{
    text[0] = '\0';
    if (isnan(bytes->interval.low) || isnan(bytes->value))
        return text;
    const struct unit *unit = pick_unit(byte_units, bytes->value);
    char low[UNITS_TEXT_SIZE / 2 - 1];
    char high[UNITS_TEXT_SIZE / 2 - 1];
    print_digits(low, sizeof low, bytes->interval.low / unit->size, unit->size == 1);
    print_digits(high, sizeof high, bytes->interval.high / unit->size, unit->size == 1);
    /* One that no column of a table has room for says nothing but that. */
    if (strlen(low) + strlen("..") + strlen(high) > INTERVAL_WIDTH)
        snprintf(text, UNITS_TEXT_SIZE, "too wide");
    else
        snprintf(text, UNITS_TEXT_SIZE, "%s..%s", low, high);
    return text;
}

const char *units_format_ns(double ns, char *text)
{
    return format(time_units, ns, text);
}

const char *units_format_count(double count, char *text)
{
    return format(count_units, count, text);
}

/* Small ratios keep two digits: a ratio of 0.0033 is not 0. */
static void print_ratio(char *text, size_t size, double ratio)
{
    if (ratio > 0 && ratio < 0.0995)
        snprintf(text, size, "%.2g", ratio);
    else
        print_digits(text, size, ratio, false);
}

const char *units_format_ratio(const struct estimate *ratio, char *text)
{
    char value[16];
    char low[16];
    char high[16];
    print_ratio(value, sizeof value, ratio->value);
    if (isnan(ratio->interval.low)) {
        snprintf(text, UNITS_TEXT_SIZE, "%s", value);
        return text;
    }
    print_ratio(low, sizeof low, ratio->interval.low);
    print_ratio(high, sizeof high, ratio->interval.high);
    snprintf(text, UNITS_TEXT_SIZE, "%s (%s to %s)", value, low, high);
    return text;
}

const char *units_format_ratio_alone(double ratio, char *text)
{
    print_ratio(text, UNITS_TEXT_SIZE, ratio);
    return text;
}

const char *units_format_ratio_interval(const struct estimate *ratio, char *text)
{
    char low[16];
    char high[16];
    text[0] = '\0';
    if (isnan(ratio->interval.low))
        return text;
    print_ratio(low, sizeof low, ratio->interval.low);
    print_ratio(high, sizeof high, ratio->interval.high);
    snprintf(text, UNITS_TEXT_SIZE, "%s..%s", low, high);
    return text;
}

void units_write_bytes(const struct estimate *bytes, FILE *out)
{
    char text[UNITS_TEXT_SIZE];
    fputs(units_format_bytes(bytes->value, text), out);
    const char *low = units_format_bytes_interval(bytes, text);
    const char *between = strstr(low, "..");
    if (between)
        fprintf(out, " (%.*s to %s)", (int)(between - low), low, between + 2);
}

void units_write_whole(double value, FILE *out)
{
    char digits[400]; /* the largest double has 309 */
    int length = snprintf(digits, sizeof digits, "%.0f", fabs(value));
    if (value < 0)
        fputc('-', out);
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            fputc(',', out);
        fputc(digits[i], out);
    }
}
