/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libFuzzer against the reader of machine.json and what compare does with one: judge it, against
 * another and against itself. A short run is a test; for a long one:
 * fuzz_machine -max_total_time=600 -dict=tests/fuzz_machine.dict CORPUS */
#include "compare/guard.h"
#include "run/machine_json.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int condition)
{
    if (!condition)
        abort();
}

/* Paths as they are asked for, and such as nobody should ask for. */
static void look_up(const json_t *json)
{
    static const char *const paths[] = {
        "hostname",
        "cpu.model",
        "calibration.clock_read_ns",
        "disturbances.during",
        "cpu.model.",
        ".",
        "",
        "a.b.c.d.e",
    };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        const json_t *value = machine_find(json, paths[i]);
        const char *text = machine_find_text(json, paths[i]);
        check(!value || !json_is_null(value));
        check(!text || strlen(text) == json_string_length(value));
    }
    machine_measurement_version(json);
}

static void check_printable(const char *text)
{
    for (; *text; text++)
        check((unsigned char)*text >= ' ' && *text != '\x7f');
}

/* Nobody differs from himself; what differs can be printed, and takes what it takes. */
static void judge(const json_t *json)
{
    static const char another[] = "{\"hostname\":\"b\",\"mitigations\":{\"mds\":\"Mitigation: "
                                  "x\"},\"cpu\":{\"model\":\"x\",\"logical_cpus\":2},"
                                  "\"placement\":{\"shared\":false,\"server_cpus\":\"0-1\"}}";
    struct guard guard;
    json_t *other = json_loads(another, 0, NULL);
    guard_judge(&guard, json, json);
    check(guard.count == 0 && guard_overall(&guard) == GUARD_COMPARABLE);
    guard_judge(&guard, json, other);
    for (size_t i = 0; i < guard.count; i++) {
        check_printable(guard.findings[i].first);
        check_printable(guard.findings[i].other);
        check(guard.memory >= guard.findings[i].field->memory);
        check(guard.time >= guard.findings[i].field->time);
    }
    json_decref(other);
}

/* What nobody knows is counted whole, and named as far as there is room. */
static void look_for_unknown(const json_t *json)
{
    char text[64];
    size_t unknown = guard_unknown(json, text, sizeof text);
    check(strlen(text) < sizeof text);
    check(unknown > 0 || text[0] == '\0');
    check_printable(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_t *json = NULL;
    struct error error = {""};
    int result = machine_parse(&json, (const char *)data, size, "machine.json", &error);
    check(result == 0 || result == -EBADMSG);
    check((result == 0) == (error.text[0] == '\0'));
    check((result == 0) == (json != NULL));
    if (result == 0) {
        look_up(json);
        judge(json);
        look_for_unknown(json);
    } else {
        check(strncmp(error.text, "machine.json:", strlen("machine.json:")) == 0);
        check_printable(error.text);
    }
    json_decref(json);
    return 0;
}
