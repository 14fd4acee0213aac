/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "counter.h"

#include "subject/metric.h"
#include "subject/parameter.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

static int verify(const struct counter *counter, struct error *error)
{
    int64_t expected = counter->workers * counter->increments;
    for (int i = 0; i < counter->form_count; i++) {
        const struct counter_form *form = &counter->forms[i];
        bool right =
            form->exact ? form->total == expected : form->total > 0 && form->total <= expected;
        if (!right)
            return error_set(error, -EPROTO, "counter: %s ended at %" PRId64 ", not at %" PRId64,
                             form->name, form->total, expected);
    }
    return 0;
}

static void print_form(const struct counter *counter, const struct counter_form *form)
{
    int64_t expected = counter->workers * counter->increments;
    char key[64];
    snprintf(key, sizeof key, "%s_increment_ns", form->name);
    metric_print(key, (double)form->elapsed_ns / (double)expected);
    snprintf(key, sizeof key, "%s_lost_count", form->name);
    metric_print_count(key, expected - form->total);
    snprintf(key, sizeof key, "%s_lost_ratio", form->name);
    metric_print(key, (double)(expected - form->total) / (double)expected);
}

int main(int argc, char **argv)
{
    struct counter counter = {.workers = 4, .increments = 5000000};
    const struct parameter parameters[] = {
        {"workers", "count", "how many add at once", &counter.workers, 1, 1024, NULL, NULL},
        {"increments", "count", "how often each adds one", &counter.increments, 1, 1000000000, NULL,
         NULL},
        {0},
    };
    struct error error;
    parameters_parse(parameters, "Workers add one to a counter they share.", argc, argv);
    if (counter_run(&counter, &error) != 0 || verify(&counter, &error) != 0) {
        error_print("%s", error.text);
        return EXIT_MEASUREMENT_FAILED;
    }
    parameters_print(parameters);
    for (int i = 0; i < counter.form_count; i++)
        print_form(&counter, &counter.forms[i]);
    return metric_end();
}
