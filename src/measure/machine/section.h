/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the parts of a machine's description are filled (section.c), and what fills them: hardware.c,
 * software.c, virtual.c, and hidden.c for what is in every figure and shows in none. */
#ifndef WAITBENCH_MEASURE_MACHINE_SECTION_H
#define WAITBENCH_MEASURE_MACHINE_SECTION_H

#include <hwloc.h>
#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

/* One object of the description, and where what it lacks is noted. */
struct section {
    const char *root; /* of the files to read */
    const char *name; /* "cpu" */
    json_t *object;   /* owned by the description */
    json_t *not_seen;
};

/* Puts a string; bytes that are not UTF-8 become '?'. */
void section_put_text(struct section *section, const char *key, const char *text);
void section_put_int64(struct section *section, const char *key, int64_t value);

/* Puts null and notes the reason. */
void section_put_not_seen(struct section *section, const char *key, const char *reason);

/* Puts the first line of a file as text, or its number, or null with the reason. */
void section_read_text(struct section *section, const char *key, const char *file);
void section_read_int64(struct section *section, const char *key, const char *file);

/* Puts the word in brackets: the chosen one of "always [madvise] never". */
void section_read_choice(struct section *section, const char *key, const char *file);

/* A JSON string of any bytes; bytes that are not UTF-8 become '?'. */
json_t *section_text(const char *text);

/* The value behind "key : " on its first line of /proc/cpuinfo, which may be very long. Returns 0
 * or -errno. */
int section_find_cpuinfo(const char *root, const char *key, char *value, size_t size);

/* What each part puts into its section. */
void machine_describe_cpu(struct section *section, hwloc_topology_t topology);
void machine_describe_frequency(struct section *section);
void machine_describe_memory(struct section *section);
void machine_describe_kernel(struct section *section);
void machine_describe_software(struct section *section);
void machine_describe_mitigations(struct section *section);
void machine_describe_io_uring(struct section *section);
void machine_describe_irq_time(struct section *section);
void machine_describe_virtualisation(struct section *section);
void machine_describe_cgroup(struct section *section);
void machine_describe_environment(struct section *section);

#endif
