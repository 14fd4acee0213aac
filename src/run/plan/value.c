/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/plan/value.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

int plan_refuse(struct plan_reading *reading, const config_setting_t *at, const char *format, ...)
{
    char what[384];
    const char *file = config_setting_source_file(at);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return error_set(reading->error, -EINVAL, "%s:%d: %s", file ? file : reading->plan->path,
                     config_setting_source_line(at), what);
}

static bool is_number(const config_setting_t *value)
{
    int type = config_setting_type(value);
    return type == CONFIG_TYPE_INT || type == CONFIG_TYPE_INT64;
}

int plan_read_integer(struct plan_reading *reading, const config_setting_t *value, int64_t low,
                      int64_t high, int64_t *number)
{
    int64_t read = is_number(value) ? config_setting_get_int64(value) : low - 1;
    const char *name = config_setting_name(value);
    if (read < low || read > high)
        return plan_refuse(reading, value, "%s takes a whole number from %lld to %lld",
                           name ? name : config_setting_name(config_setting_parent(value)),
                           (long long)low, (long long)high);
    *number = read;
    return 0;
}

int plan_read_double(struct plan_reading *reading, const config_setting_t *value, double high,
                     double *number)
{
    double read = 0;
    const char *name = config_setting_name(value);
    if (config_setting_type(value) == CONFIG_TYPE_FLOAT)
        read = config_setting_get_float(value);
    else if (is_number(value))
        read = (double)config_setting_get_int64(value);
    if (!(read >= PLAN_DOUBLE_LEAST) || read > high)
        return plan_refuse(reading, value, "%s takes a number from %g to %g",
                           name ? name : config_setting_name(config_setting_parent(value)),
                           PLAN_DOUBLE_LEAST, high);
    *number = read;
    return 0;
}

int plan_read_text(struct plan_reading *reading, const config_setting_t *value, const char **text)
{
    const char *name = config_setting_name(value);
    const char *read = config_setting_get_string(value);
    if (!read)
        return plan_refuse(reading, value, "%s takes a text in quotes",
                           name ? name : config_setting_name(config_setting_parent(value)));
    *text = read;
    return 0;
}

int plan_list_length(struct plan_reading *reading, const config_setting_t *value, size_t max,
                     size_t *count)
{
    bool is_list = config_setting_is_aggregate(value);
    *count = is_list ? (size_t)config_setting_length(value) : 1;
    if (config_setting_is_group(value) || *count == 0 || *count > max)
        return plan_refuse(reading, value, "%s takes one value, or a list of up to %zu",
                           config_setting_name(value), max);
    return 0;
}

const config_setting_t *plan_list_at(const config_setting_t *value, size_t i)
{
    return config_setting_is_aggregate(value) ? config_setting_get_elem(value, (unsigned)i) : value;
}
