/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/options.h"

#include "base/clock.h"

#include <errno.h>
#include <inttypes.h>

#define DURATION_MAX_NS (INT64_C(24) * 3600 * NS_PER_SECOND)
#define RATE_MAX        1e7

void load_options_init(struct load_options *options)
{
    struct protocol_settings settings;
    protocol_settings_init(&settings);
    *options = (struct load_options){
        .host = "127.0.0.1",
        .protocol = protocol_default(),
        .connections = 1,
        .active = 1,
        .warmup_ns = NS_PER_SECOND,
        .duration_ns = 10 * NS_PER_SECOND,
        .drain_ns = 2 * NS_PER_SECOND,
        .patience_ns = 5 * NS_PER_SECOND,
        .size_bytes = settings.size_bytes,
        .path = settings.path,
        .id_low = settings.id_low,
        .id_high = settings.id_high,
        .data_seed = settings.data_seed,
        .verify_body = settings.verify_body,
        .seed = settings.seed,
    };
}

static int check_range(const char *name, int64_t value, int64_t low, int64_t high,
                       struct error *error)
{
    if (value >= low && value <= high)
        return 0;
    return error_set(error, -EINVAL, "%s must be from %" PRId64 " to %" PRId64 ", not %" PRId64,
                     name, low, high, value);
}

static int check_rate(const struct load_options *options, struct error *error)
{
    if (options->closed || (options->rate_per_second > 0 && options->rate_per_second <= RATE_MAX))
        return 0;
    return error_set(error, -EINVAL, "an open loop needs a rate above 0 and up to %.0f per second",
                     RATE_MAX);
}

struct protocol_settings load_options_settings(const struct load_options *options)
{
    return (struct protocol_settings){
        .seed = options->seed,
        .slow_every = options->slow_every,
        .host = options->host_name ? options->host_name : options->host,
        .port = options->port,
        .size_bytes = options->size_bytes,
        .path = options->path,
        .id_low = options->id_low,
        .id_high = options->id_high,
        .data_seed = options->data_seed,
        .verify_body = options->verify_body,
    };
}

int load_options_check(const struct load_options *options, struct error *error)
{
    const struct {
        const char *name;
        int64_t value;
        int64_t low;
        int64_t high;
    } ranges[] = {
        {"the port", options->port, 1, 65535},
        {"connections", options->connections, 1, LOAD_CONNECTIONS_MAX},
        {"active connections", options->active, 1, options->connections},
        {"the warm-up in ns", options->warmup_ns, 0, DURATION_MAX_NS},
        {"the duration in ns", options->duration_ns, NS_PER_MS, DURATION_MAX_NS},
        {"the drain time in ns", options->drain_ns, 0, DURATION_MAX_NS},
        {"patience in ns", options->patience_ns, NS_PER_MS, DURATION_MAX_NS},
        {"requests per connection", options->requests_per_connection, 0, INT64_MAX},
        {"one in how many requests is slow", options->slow_every, 0, INT64_MAX},
        {"generator threads", (int64_t)options->cpu_count, 0, LOAD_THREADS_MAX},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        int result =
            check_range(ranges[i].name, ranges[i].value, ranges[i].low, ranges[i].high, error);
        if (result < 0)
            return result;
    }
    const struct protocol_settings settings = load_options_settings(options);
    int result = protocol_check_settings(options->protocol, &settings, error);
    return result < 0 ? result : check_rate(options, error);
}
