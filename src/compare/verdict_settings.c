/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/verdict_settings.h"

#include "base/alloc.h"
#include "compare/entry_text.h"
#include "report/page/votes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of requests beside others one quantile or another has the vote. */
static const char others[] = "other_";

/* A slope's words say all of it. */
static char *key_of(const struct claim_vote *vote)
{
    const struct summary_row *row = vote->row;
    char *key = NULL;
    size_t length = 0;
    if (!row)
        return alloc_text(vote->setting);
    FILE *out = alloc_checked(open_memstream(&key, &length));
    int experiment = (int)(row->experiment - experiment_list);
    fprintf(out, "%s\x1f%s\x1f%s", row->experiment->name, group_text(row->a, "scenario"),
            strncmp(row->metric.name, others, sizeof others - 1) == 0 ? others : row->metric.name);
    if (experiment != EXPERIMENT_FLOW) {
        char *parameters = entry_parameters(experiment, NULL, row->a, NULL);
        fprintf(out, "\x1f%s", parameters);
        free(parameters);
    }
    fclose(out);
    return alloc_checked(key);
}

void verdict_settings_read(struct verdict_settings *settings, const struct claim *claim)
{
    *settings = (struct verdict_settings){
        .items = alloc_array(claim->votes.count, sizeof *settings->items),
        .count = claim->votes.count,
    };
    for (size_t i = 0; i < settings->count; i++) {
        const struct claim_vote *vote = &claim->votes.items[i];
        const char *text = *vote->setting ? vote->setting : vote->metric;
        settings->items[i] =
            (struct verdict_setting){key_of(vote), alloc_text(text), vote_better(vote)};
    }
}

const struct verdict_setting *verdict_settings_find(const struct verdict_settings *settings,
                                                    const char *key)
{
    for (size_t i = 0; i < settings->count; i++)
        if (strcmp(settings->items[i].key, key) == 0)
            return &settings->items[i];
    return NULL;
}

static bool are_opposed(enum better a, enum better b)
{
    return (a == BETTER_THREADS && b == BETTER_LOOP) || (a == BETTER_LOOP && b == BETTER_THREADS);
}

const struct verdict_setting *verdict_settings_opposed(const struct verdict_settings *a,
                                                       const struct verdict_settings *b)
{
    for (size_t i = 0; i < a->count; i++) {
        const struct verdict_setting *other = verdict_settings_find(b, a->items[i].key);
        if (other && are_opposed(a->items[i].better, other->better))
            return &a->items[i];
    }
    return NULL;
}

static bool has_all(const struct verdict_settings *of, const struct verdict_settings *in)
{
    for (size_t i = 0; i < of->count; i++)
        if (!verdict_settings_find(in, of->items[i].key))
            return false;
    return true;
}

bool verdict_settings_are_alike(const struct verdict_settings *a, const struct verdict_settings *b)
{
    return has_all(a, b) && has_all(b, a);
}

void verdict_settings_finish(struct verdict_settings *settings)
{
    for (size_t i = 0; i < settings->count; i++) {
        free(settings->items[i].key);
        free(settings->items[i].text);
    }
    free(settings->items);
    *settings = (struct verdict_settings){0};
}
