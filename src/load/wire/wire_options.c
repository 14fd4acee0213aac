/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/wire/wire_options.h"

#include "base/text.h"
#include "load/wire/fields.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIELD(name, kind)                                   \
    {                                                       \
#name, kind, offsetof(struct load_options, name), 0 \
    }

static const struct field fields[] = {
    FIELD(host, FIELD_STRING),
    FIELD(port, FIELD_INT),
    FIELD(connections, FIELD_INT64),
    FIELD(active, FIELD_INT64),
    FIELD(closed, FIELD_BOOL),
    FIELD(constant, FIELD_BOOL),
    FIELD(rate_per_second, FIELD_DOUBLE),
    FIELD(warmup_ns, FIELD_INT64),
    FIELD(duration_ns, FIELD_INT64),
    FIELD(drain_ns, FIELD_INT64),
    FIELD(patience_ns, FIELD_INT64),
    FIELD(host_name, FIELD_STRING),
    FIELD(size_bytes, FIELD_INT64),
    FIELD(path, FIELD_STRING),
    FIELD(id_low, FIELD_INT64),
    FIELD(id_high, FIELD_INT64),
    FIELD(data_seed, FIELD_UINT64),
    FIELD(verify_body, FIELD_BOOL),
    FIELD(requests_per_connection, FIELD_INT64),
    FIELD(slow_every, FIELD_INT64),
    FIELD(slow_us, FIELD_INT64),
    FIELD(block, FIELD_BOOL),
    FIELD(seed, FIELD_UINT64),
    FIELD(part.number, FIELD_INT64),
    FIELD(part.of, FIELD_INT64),
    FIELD(part.first, FIELD_INT64),
    FIELD(part.active, FIELD_INT64),
    FIELD(part.rate_per_second, FIELD_DOUBLE),
    {0},
};

/* Those of the strings in `options` that are ours to free. */
static const char **const_texts(struct load_options *options, size_t i)
{
    const char **texts[] = {&options->host, &options->host_name, &options->path};
    return i < sizeof texts / sizeof *texts ? texts[i] : NULL;
}

void wire_options_init(struct wire_options *wire)
{
    *wire = (struct wire_options){.ports = {0}};
    load_options_init(&wire->options);
    for (size_t i = 0; const_texts(&wire->options, i); i++) {
        const char **text = const_texts(&wire->options, i);
        *text = *text ? strdup(*text) : NULL;
    }
    wire->options.ports = wire->ports;
    wire->options.cpus = wire->cpus;
}

void wire_options_finish(struct wire_options *wire)
{
    for (size_t i = 0; const_texts(&wire->options, i); i++) {
        const char **text = const_texts(&wire->options, i);
        free((void *)*text);
        *text = NULL;
    }
}

void wire_options_write(const struct load_options *options, FILE *out)
{
    fprintf(out, "protocol %s\n", options->protocol->name);
    fields_write(fields, options, out);
    for (size_t i = 0; options->ports && i < options->port_count; i++)
        fprintf(out, "shard %d\n", options->ports[i]);
    for (size_t i = 0; i < options->cpu_count; i++)
        fprintf(out, "cpu %d\n", options->cpus[i]);
    fputs("end\n", out);
}

static bool take_number(const char *line, const char *key, int *numbers, size_t *count,
                        size_t capacity)
{
    size_t length = strlen(key);
    int64_t number;
    if (*count == capacity || strncmp(line, key, length) != 0 ||
        text_parse_int64(line + length, 0, 65535, &number) < 0)
        return false;
    numbers[(*count)++] = (int)number;
    return true;
}

static bool take_protocol(struct load_options *options, const char *line)
{
    static const char key[] = "protocol ";
    const struct protocol *protocol =
        strncmp(line, key, strlen(key)) == 0 ? protocol_find(line + strlen(key)) : NULL;
    if (protocol)
        options->protocol = protocol;
    return protocol != NULL;
}

int wire_options_take(struct wire_options *wire, const char *line, struct error *error)
{
    struct load_options *options = &wire->options;
    if (strcmp(line, "end") == 0) {
        if (options->port_count == 0)
            options->ports = NULL;
        return 1;
    }
    if (take_protocol(options, line) ||
        take_number(line, "shard ", wire->ports, &options->port_count, WIRE_PORTS_MAX) ||
        take_number(line, "cpu ", wire->cpus, &options->cpu_count, LOAD_THREADS_MAX) ||
        fields_read(fields, options, line) == 0)
        return 0;
    return error_set(error, -EPROTO, "no option of a load: '%s'", line);
}
