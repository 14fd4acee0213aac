/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "recipe.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>

/* What must come before what, beyond a step's begin before its end. */
static const struct {
    int before, after;
} orders[] = {
    {END_OF(HEAT), WATER_ADDED},        {END_OF(GRIND), GROUNDS_ADDED},
    {WATER_ADDED, BEGIN_OF(BREW)},      {GROUNDS_ADDED, BEGIN_OF(BREW)},
    {END_OF(BREW), BEGIN_OF(DRINK)},    {END_OF(DRINK), BEGIN_OF(DISHES)},
    {END_OF(DRINK), BEGIN_OF(LAUNDRY)},
};

static int64_t longer(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

int64_t workflow_critical_path_ns(const struct workflow *workflow)
{
    const int64_t *duration_ns = workflow->duration_ns;
    int64_t coffee_ns =
        longer(duration_ns[HEAT], duration_ns[GRIND]) + duration_ns[BREW] + duration_ns[DRINK];
    if (!workflow->afternoon)
        return coffee_ns;
    return longer(duration_ns[PODCAST],
                  coffee_ns + longer(duration_ns[DISHES], duration_ns[LAUNDRY]));
}

static bool takes_part(const struct workflow *workflow, int event)
{
    return workflow->afternoon || event < BEGIN_OF(PODCAST) || event >= WATER_ADDED;
}

/* Where in the trace each event is, -1 for one that did not happen. Returns false for one that
 * happened twice. */
static bool find_places(const struct workflow *workflow, int places[EVENTS])
{
    for (int event = 0; event < EVENTS; event++)
        places[event] = -1;
    for (int i = 0; i < workflow->trace_count && i < EVENTS; i++) {
        if (places[workflow->trace[i]] >= 0)
            return false;
        places[workflow->trace[i]] = i;
    }
    return workflow->trace_count <= EVENTS;
}

static int verify_order(const struct workflow *workflow, const int places[EVENTS],
                        struct error *error)
{
    for (int event = 0; event < EVENTS; event++)
        if (takes_part(workflow, event) != (places[event] >= 0))
            return error_set(error, -EPROTO, "workflow: event %d is %s", event,
                             places[event] >= 0 ? "out of place" : "missing");
    for (int step = 0; step < STEPS; step++)
        if (places[BEGIN_OF(step)] > places[END_OF(step)])
            return error_set(error, -EPROTO, "workflow: step %d ended before it began", step);
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++)
        if (takes_part(workflow, orders[i].before) && takes_part(workflow, orders[i].after) &&
            places[orders[i].before] > places[orders[i].after])
            return error_set(error, -EPROTO, "workflow: event %d came before event %d",
                             orders[i].after, orders[i].before);
    return 0;
}

int workflow_verify(const struct workflow *workflow, int64_t tick_ns, struct error *error)
{
    int places[EVENTS];
    if (!find_places(workflow, places))
        return error_set(error, -EPROTO, "workflow: an event happened twice");
    int result = verify_order(workflow, places, error);
    if (result != 0)
        return result;
    int64_t makespan_ns = workflow->end_ns - workflow->begin_ns;
    int64_t critical_ns = workflow_critical_path_ns(workflow);
    if (makespan_ns < critical_ns - tick_ns)
        return error_set(error, -EPROTO,
                         "workflow: done in %" PRId64 " ns, but its steps take %" PRId64,
                         makespan_ns, critical_ns);
    return 0;
}

bool workflow_added_early(const struct workflow *workflow)
{
    int places[EVENTS];
    find_places(workflow, places);
    return places[WATER_ADDED] < places[END_OF(GRIND)] ||
           places[GROUNDS_ADDED] < places[END_OF(HEAT)];
}
