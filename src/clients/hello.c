/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/hello.h"

#include "base/text.h"
#include "load/wire/fields.h"
#include "measure/machine/revision.h"
#include "measure/placement/placement.h"
#include "run/measurement_version.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#define FIELD(name, kind)                                                          \
    {                                                                              \
#name, kind, offsetof(struct hello, name), sizeof((struct hello *)0)->name \
    }

static const struct field fields[] = {
    FIELD(protocol, FIELD_INT64),    FIELD(version, FIELD_CHARS),
    FIELD(measurement, FIELD_INT64), FIELD(revision, FIELD_CHARS),
    FIELD(host, FIELD_CHARS),        FIELD(boot, FIELD_CHARS),
    FIELD(cpus, FIELD_CHARS),        {0},
};

static void read_line(const char *path, char *text, size_t size)
{
    if (text_read_file(path, text, size) < 0)
        text[0] = '\0';
    text[strcspn(text, "\n")] = '\0';
}

static int find_cpus(struct hello *hello, struct error *error)
{
    struct placement placement = {0};
    int result = placement_detect(&placement, error);
    if (result == 0)
        result = placement_format(placement.client_cpus, hello->cpus, sizeof hello->cpus);
    placement_finish(&placement);
    return result;
}

int hello_fill(struct hello *hello, struct error *error)
{
    *hello = (struct hello){
        .protocol = CLIENT_PROTOCOL,
        .measurement = MEASUREMENT_VERSION,
    };
    snprintf(hello->version, sizeof hello->version, "%s", revision_version);
    snprintf(hello->revision, sizeof hello->revision, "%s", revision_git);
    if (gethostname(hello->host, sizeof hello->host - 1) < 0)
        hello->host[0] = '\0';
    read_line("/proc/sys/kernel/random/boot_id", hello->boot, sizeof hello->boot);
    return find_cpus(hello, error);
}

void hello_write(const struct hello *hello, FILE *out)
{
    fields_write(fields, hello, out);
    fputs("end\n", out);
}

int hello_take(struct hello *hello, const char *line)
{
    if (strcmp(line, "end") == 0)
        return 1;
    int result = fields_read(fields, hello, line);
    /* A later version may have more to say. */
    return result < 0 && result != -ENOENT ? -EPROTO : 0;
}

int hello_check(const struct hello *client, const struct hello *own, struct error *error)
{
    if (client->protocol == own->protocol && client->measurement == own->measurement &&
        strcmp(client->version, own->version) == 0)
        return 0;
    return error_set(error, -EPROTO,
                     "is waitbench %s (measurement version %" PRId64 "), and this is %s (%" PRId64
                     "): install the same there",
                     client->version[0] ? client->version : "of an unknown version",
                     client->measurement, own->version, own->measurement);
}
