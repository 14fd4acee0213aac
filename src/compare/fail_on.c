/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/fail_on.h"

#include "base/text.h"
#include "compare/entry_text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define PERCENT_MAX 1000

static const char *const names[WATCH_COUNT] = {
    [WATCH_LARGER] = "larger",
    [WATCH_SLOWER] = "slower",
    [WATCH_LATER] = "later",
};

const char *watch_name(enum watch watch)
{
    return names[watch];
}

static enum watch find_watch(const char *name)
{
    enum watch watch = 0;
    while (watch < WATCH_COUNT && strcmp(names[watch], name) != 0)
        watch++;
    return watch;
}

/* "5%" as 1.05; 0 for what is no such share. */
static double read_allowed(char *text)
{
    size_t length = strlen(text);
    double percent;
    if (length == 0 || text[length - 1] != '%')
        return 0;
    text[length - 1] = '\0';
    bool is_share =
        text_parse_double(text, &percent) == 0 && percent >= 0 && percent <= PERCENT_MAX;
    text[length - 1] = '%';
    return is_share ? 1 + percent / 100 : 0;
}

static int add_one(struct fail_on *fail_on, char *rule, struct error *error)
{
    char *share = strchr(rule, ':');
    if (!share)
        return error_set(error, -EINVAL, "--fail-on %.60s: write KIND:P%%, as in larger:5%%", rule);
    *share++ = '\0';
    enum watch watch = find_watch(rule);
    if (watch == WATCH_NONE)
        return error_set(error, -EINVAL,
                         "--fail-on %.60s: there are larger (memory), slower (throughput) and "
                         "later (latency)",
                         rule);
    if (fail_on->allowed[watch] > 0)
        return error_set(error, -EINVAL, "--fail-on %s: it is there twice", rule);
    fail_on->allowed[watch] = read_allowed(share);
    if (fail_on->allowed[watch] > 0)
        return 0;
    return error_set(error, -EINVAL, "--fail-on %s:%.60s: a share is written as 5%%, up to %d%%",
                     rule, share, PERCENT_MAX);
}

int fail_on_add(struct fail_on *fail_on, const char *text, struct error *error)
{
    char rules[256];
    struct fail_on added = *fail_on;
    if (snprintf(rules, sizeof rules, "%s", text) >= (int)sizeof rules)
        return error_set(error, -EINVAL, "--fail-on: what it is given is too long");
    char *at = rules;
    int result = 0;
    while (result == 0 && at) {
        char *rule = strsep(&at, ",");
        result = add_one(&added, rule, error);
    }
    if (result == 0)
        *fail_on = added;
    return result;
}

bool fail_on_is_set(const struct fail_on *fail_on)
{
    for (enum watch watch = 0; watch < WATCH_COUNT; watch++)
        if (fail_on->allowed[watch] > 0)
            return true;
    return false;
}

static enum watch watch_of_flow(const struct entry *entry)
{
    if (!entry_is_shown(entry))
        return WATCH_NONE;
    if (entry->is_memory)
        return WATCH_LARGER;
    return entry->kind == METRIC_SIZE ? WATCH_NONE : WATCH_SLOWER;
}

enum watch watch_of(const struct entry *entry)
{
    if (entry->against)
        return WATCH_NONE;
    switch (entry->experiment) {
    case EXPERIMENT_MEMORY:
        return strcmp(entry->metric, "total") == 0 ? WATCH_LARGER : WATCH_NONE;
    case EXPERIMENT_THROUGHPUT:
        return entry->kind == METRIC_RATE ? WATCH_SLOWER : WATCH_NONE;
    case EXPERIMENT_LATENCY:
        return entry_is_percentile(entry) && entry->metric[0] == 'p' ? WATCH_LATER : WATCH_NONE;
    default:
        return watch_of_flow(entry);
    }
}

bool watch_is_rate(const struct entry *entry)
{
    return entry->kind == METRIC_RATE;
}
