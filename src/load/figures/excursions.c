/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/figures/excursions.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

/* Of how many late ones a tenth is taken: few enough to be done in microseconds. */
#define FLOOR_SAMPLES 255

int excursions_init(struct excursions *excursions, size_t capacity)
{
    *excursions = (struct excursions){
        .items = calloc(capacity, sizeof(struct excursion)),
        .capacity = capacity,
        .raise_at = capacity / 2,
    };
    return excursions->items ? 0 : -ENOMEM;
}

void excursions_finish(struct excursions *excursions)
{
    free(excursions->items);
    *excursions = (struct excursions){0};
}

static int compare_times(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

/* Half of the room that is left for a tenth of what comes: so each half lasts five times as long as
 * the one before. */
static void raise_floor(struct excursions *excursions)
{
    int64_t times[FLOOR_SAMPLES];
    size_t count = excursions->count < FLOOR_SAMPLES ? excursions->count : FLOOR_SAMPLES;
    for (size_t i = 0; i < count; i++) {
        const struct excursion *late = &excursions->items[excursions->count - 1 - i];
        times[i] = late->end_ns - late->begin_ns;
    }
    qsort(times, count, sizeof *times, compare_times);
    if (count > 0 && times[count * 9 / 10] > excursions->floor_ns)
        excursions->floor_ns = times[count * 9 / 10];
    excursions->raise_at += (excursions->capacity - excursions->raise_at + 1) / 2;
}

void excursions_note(struct excursions *excursions, int64_t begin_ns, int64_t end_ns)
{
    if (end_ns - begin_ns < excursions->floor_ns || excursions->count == excursions->capacity)
        return;
    excursions->items[excursions->count++] = (struct excursion){begin_ns, end_ns};
    if (excursions->count == excursions->raise_at && excursions->count < excursions->capacity)
        raise_floor(excursions);
}

static bool is_longer(const struct excursion *excursion, int64_t than_ns)
{
    return excursion->end_ns - excursion->begin_ns > than_ns;
}

int excursions_merge(struct excursions *into, const struct excursions *from, int64_t longer_than_ns)
{
    size_t count = into->count;
    for (size_t i = 0; i < from->count; i++)
        count += is_longer(&from->items[i], longer_than_ns);
    if (count == into->count)
        return 0;
    struct excursion *grown = reallocarray(into->items, count, sizeof *grown);
    if (!grown)
        return -ENOMEM;
    for (size_t i = 0; i < from->count; i++)
        if (is_longer(&from->items[i], longer_than_ns))
            grown[into->count++] = from->items[i];
    into->items = grown;
    into->capacity = count;
    return 0;
}

void excursions_shift(struct excursions *excursions, int64_t by_ns)
{
    for (size_t i = 0; i < excursions->count; i++) {
        excursions->items[i].begin_ns += by_ns;
        excursions->items[i].end_ns += by_ns;
    }
}

static int compare_begins(const void *a, const void *b)
{
    int64_t left = ((const struct excursion *)a)->begin_ns;
    int64_t right = ((const struct excursion *)b)->begin_ns;
    return (left > right) - (left < right);
}

/* Whether an event that begins then counts beside those before it in the same slice. */
struct slice {
    int64_t length_ns; /* 0: all count */
    int64_t number;
    int64_t events;
};

static bool slice_has_room(struct slice *slice, int64_t begin_ns)
{
    if (slice->length_ns <= 0)
        return true;
    int64_t number = begin_ns / slice->length_ns;
    slice->events = number == slice->number ? slice->events + 1 : 1;
    slice->number = number;
    return slice->events <= EXCURSIONS_PER_SLICE;
}

/* Of ordered ones. */
static int64_t count_separate(const struct excursion *items, size_t count, int64_t slice_ns)
{
    struct slice slice = {slice_ns, INT64_MIN, 0};
    int64_t separate = 0;
    int64_t until_ns = INT64_MIN;
    for (size_t i = 0; i < count; i++) {
        if (items[i].begin_ns > until_ns)
            separate += slice_has_room(&slice, items[i].begin_ns);
        if (items[i].end_ns > until_ns)
            until_ns = items[i].end_ns;
    }
    return separate;
}

int64_t excursions_beyond(const struct excursions *excursions, int64_t longer_than_ns,
                          int64_t slice_ns)
{
    struct excursion *beyond = malloc((excursions->count + 1) * sizeof *beyond);
    size_t count = 0;
    if (!beyond)
        return -1;
    for (size_t i = 0; i < excursions->count; i++)
        if (is_longer(&excursions->items[i], longer_than_ns))
            beyond[count++] = excursions->items[i];
    qsort(beyond, count, sizeof *beyond, compare_begins);
    int64_t separate = count_separate(beyond, count, slice_ns);
    free(beyond);
    return separate;
}
