/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a machine.json, of whatever version and from whomever. What gathers and writes one is
 * measure/machine/. */
#ifndef WAITBENCH_RUN_MACHINE_JSON_H
#define WAITBENCH_RUN_MACHINE_JSON_H

#include "base/error.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

/* Reads a machine.json. Refuses, with file and line in `error`, what is no JSON object, names a key
 * twice, is over 16 MiB, or lacks a host name. Returns 0 with a new reference (json_decref),
 * -EBADMSG for malformed content, or -errno. */
int machine_read(json_t **json, const char *path, struct error *error);

/* The same from memory; `name` stands for the file in messages. */
int machine_parse(json_t **json, const char *text, size_t length, const char *name,
                  struct error *error);

/* The value at a path of keys such as "cpu.model", or NULL where it is missing, null or of another
 * type: files of other versions lack keys. Borrowed. */
const json_t *machine_find(const json_t *json, const char *path);
const char *machine_find_text(const json_t *json, const char *path);

/* Which version of the measurement the figures beside it are of (measurement_version.h): 1 where
 * the file does not say, as those of the first version do not. */
int64_t machine_measurement_version(const json_t *json);

#endif
