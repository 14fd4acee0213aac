/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/option.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool is_called(const struct scenario_option *option, const char *name)
{
    return strcmp(option->name, name) == 0 ||
           (option->role != OPTION_OF_PROGRAM && strcmp(option->column, name) == 0);
}

const struct scenario_option *option_find(const struct scenario_option *options, const char *name)
{
    for (const struct scenario_option *option = options; option && option->name; option++)
        if (is_called(option, name))
            return option;
    return NULL;
}

const struct scenario_option *option_find_of(const struct scenario_option *options,
                                             const char *name, enum model model)
{
    for (const struct scenario_option *option = options; option && option->name; option++)
        if (is_called(option, name) && (option->models & 1u << model))
            return option;
    return NULL;
}

int64_t option_choice_find(const struct scenario_option *option, const char *name)
{
    for (int64_t i = 0; option->choices && option->choices[i].name; i++)
        if (strcmp(option->choices[i].name, name) == 0)
            return i;
    return -1;
}

const char *option_text(const struct scenario_option *option, int64_t value, char *text,
                        size_t size)
{
    if (option->choices)
        return option->choices[value].name;
    snprintf(text, size, "%" PRId64, value);
    return text;
}

static unsigned bit_of(const struct scenario_option *options, const struct scenario_option *option)
{
    return 1u << (option - options);
}

static int64_t *value_of(const struct scenario_option *options,
                         const struct scenario_option *option, struct option_values *values)
{
    return &values->at[option - options];
}

void option_set(const struct scenario_option *options, const struct scenario_option *option,
                struct option_values *values, int64_t value)
{
    values->set |= bit_of(options, option);
    *value_of(options, option, values) = value;
}

/* The choice of the option that this one depends on, as a bit; 0 where it has none. */
static unsigned dependence(const struct scenario_option *options,
                           const struct scenario_option *option, enum model model,
                           struct option_values *values)
{
    const struct scenario_option *other = option_find_of(options, option->depends, model);
    if (!other || !(values->set & bit_of(options, other)))
        return 0;
    return 1u << *value_of(options, other, values);
}

static bool is_taken(const struct scenario_option *options, const struct scenario_option *option,
                     enum model model, struct option_values *values)
{
    if (!(option->models & 1u << model))
        return false;
    return !option->depends || option->with == 0 ||
           (option->with & dependence(options, option, model, values));
}

static bool choice_goes(const struct scenario_option *options, const struct scenario_option *option,
                        int64_t choice, enum model model, struct option_values *values)
{
    unsigned with = option->choices[choice].with;
    return with == 0 || (with & dependence(options, option, model, values));
}

static int64_t usual(const struct scenario_option *options, const struct scenario_option *option,
                     enum model model, struct option_values *values)
{
    int64_t value = 0;
    if (!option->choices)
        return option->usual;
    while (option->choices[value + 1].name && !choice_goes(options, option, value, model, values))
        value++;
    return value;
}

/* What a value would have to stand beside: `store = "postgres"`. */
static void name_choices(const struct scenario_option *other, unsigned with, char *text,
                         size_t size)
{
    size_t used = (size_t)snprintf(text, size, "%s =", other->column);
    const char *before = " ";
    for (unsigned i = 0; other->choices[i].name && used < size; i++)
        if (with & 1u << i) {
            used += (size_t)snprintf(text + used, size - used, "%s\"%s\"", before,
                                     other->choices[i].name);
            before = " or ";
        }
}

static int refuse(const struct scenario_option *options, const struct scenario_option *option,
                  int64_t value, unsigned with, struct error *error)
{
    char number[32];
    char choices[128];
    const char *text = option_text(option, value, number, sizeof number);
    const char *quote = option->choices ? "\"" : "";
    name_choices(option_find(options, option->depends), with, choices, sizeof choices);
    return error_set(error, -EINVAL, "%s = %s%s%s goes with %s only", option->column, quote, text,
                     quote, choices);
}

static int complete_one(const struct scenario_option *options, const struct scenario_option *option,
                        enum model model, struct option_values *values, struct error *error)
{
    bool taken = is_taken(options, option, model, values);
    bool set = values->set & bit_of(options, option);
    int64_t value = *value_of(options, option, values);
    if (!set && taken)
        option_set(options, option, values, usual(options, option, model, values));
    if (!set)
        return 0;
    if (!(option->models & 1u << model))
        return error_set(error, -EINVAL, "the model %s takes no %s", model_name(model),
                         option->column);
    if (!taken)
        return refuse(options, option, value, option->with, error);
    if (option->choices && !choice_goes(options, option, value, model, values))
        return refuse(options, option, value, option->choices[value].with, error);
    return 0;
}

int option_complete(const struct scenario_option *options, enum option_role role, enum model model,
                    struct option_values *values, struct error *error)
{
    struct option_values completed = *values;
    int result = 0;
    for (const struct scenario_option *option = options; result == 0 && option && option->name;
         option++)
        if (option->role == role)
            result = complete_one(options, option, model, &completed, error);
    if (result == 0)
        *values = completed;
    return result;
}

static bool are_same(const struct option_values *a, const struct option_values *b, unsigned places)
{
    if ((a->set & places) != (b->set & places))
        return false;
    for (unsigned i = 0; i < OPTIONS_MAX; i++)
        if ((a->set & places & 1u << i) && a->at[i] != b->at[i])
            return false;
    return true;
}

bool option_values_are_same(const struct option_values *a, const struct option_values *b)
{
    return are_same(a, b, ~0u);
}

bool option_conditions_are_same(const struct scenario_option *options,
                                const struct option_values *a, const struct option_values *b)
{
    unsigned places = 0;
    for (const struct scenario_option *option = options; option && option->name; option++)
        if (option->role != OPTION_OF_ARM)
            places |= bit_of(options, option);
    return are_same(a, b, places);
}

/* The first that has a value and that purpose. */
static const struct scenario_option *find_purpose(const struct scenario_option *options,
                                                  const struct option_values *values,
                                                  enum option_purpose purpose)
{
    for (const struct scenario_option *option = options; option && option->name; option++)
        if (option->purpose == purpose && (values->set & bit_of(options, option)))
            return option;
    return NULL;
}

int64_t option_number(const struct scenario_option *options, const struct option_values *values,
                      enum option_purpose purpose)
{
    const struct scenario_option *option = find_purpose(options, values, purpose);
    return option ? values->at[option - options] : 0;
}

const struct option_choice *option_chosen(const struct scenario_option *options,
                                          const struct option_values *values,
                                          enum option_purpose purpose)
{
    const struct scenario_option *option = find_purpose(options, values, purpose);
    return option && option->choices ? &option->choices[values->at[option - options]] : NULL;
}

int64_t option_thread_files(const struct scenario_option *options,
                            const struct option_values *values)
{
    int64_t files = 0;
    for (const struct scenario_option *option = options; option && option->name; option++)
        if (option->choices && (values->set & bit_of(options, option)))
            files += option->choices[values->at[option - options]].thread_files;
    return files;
}
