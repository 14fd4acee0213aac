/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/machine/machine.h"

#include "base/interrupt.h"
#include "measure/machine/revision.h"
#include "measure/machine/section.h"
#include "run/measurement_version.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define FORMAT_VERSION 1

struct machine {
    json_t *json;
    json_t *not_seen; /* also a member of json */
};

static struct section open_section(struct machine *machine, const char *root, const char *name)
{
    json_t *object = json_object_get(machine->json, name);
    if (!object) {
        object = json_object();
        json_object_set_new(machine->json, name, object);
    }
    return (struct section){root, name, object, machine->not_seen};
}

/* The description's own top, for what is in no section. */
static struct section top(struct machine *machine)
{
    return (struct section){"", "", machine->json, machine->not_seen};
}

static void put_now(struct machine *machine, const char *key)
{
    char text[32];
    struct tm utc;
    time_t now = time(NULL);
    gmtime_r(&now, &utc);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    json_object_set_new(machine->json, key, json_string(text));
}

static void put_identity(struct machine *machine)
{
    struct section section = top(machine);
    char hostname[256] = "";
    json_object_set_new(machine->json, "format_version", json_integer(FORMAT_VERSION));
    section_put_int64(&section, "measurement_version", MEASUREMENT_VERSION);
    if (gethostname(hostname, sizeof hostname - 1) < 0 || hostname[0] == '\0')
        snprintf(hostname, sizeof hostname, "unknown");
    section_put_text(&section, "hostname", hostname);
    section_put_text(&section, "waitbench_version", revision_version);
    if (strcmp(revision_git, "unknown") != 0)
        section_put_text(&section, "git_revision", revision_git);
    else
        section_put_not_seen(&section, "git_revision", "git could not say it when this was built");
    put_now(machine, "started_utc");
    json_object_set_new(machine->json, "ended_utc", json_null());
}

static void describe_cpu(struct machine *machine, const char *root, hwloc_topology_t topology)
{
    struct section section = open_section(machine, root, "cpu");
    hwloc_topology_t own = NULL;
    if (!topology && hwloc_topology_init(&own) == 0 && hwloc_topology_load(own) == 0)
        topology = own;
    if (topology)
        machine_describe_cpu(&section, topology);
    else
        section_put_not_seen(&section, "model", "hwloc cannot read this machine's topology");
    if (own)
        hwloc_topology_destroy(own);
}

static void describe_parts(struct machine *machine, const char *root)
{
    static const struct {
        const char *name;
        void (*describe)(struct section *section);
    } parts[] = {
        {"frequency", machine_describe_frequency},
        {"memory", machine_describe_memory},
        {"kernel", machine_describe_kernel},
        {"software", machine_describe_software},
        {"virtualisation", machine_describe_virtualisation},
        {"cgroup", machine_describe_cgroup},
        {"mitigations", machine_describe_mitigations},
        {"io_uring", machine_describe_io_uring},
        {"kernel", machine_describe_irq_time},
        {"environment", machine_describe_environment},
    };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        struct section section = open_section(machine, root, parts[i].name);
        parts[i].describe(&section);
    }
}

int machine_create(struct machine **machine, const char *root, hwloc_topology_t topology,
                   struct error *error)
{
    struct machine *created = calloc(1, sizeof *created);
    if (created) {
        created->json = json_object();
        created->not_seen = json_array();
    }
    if (!created || !created->json || !created->not_seen) {
        machine_destroy(created);
        return error_set(error, -ENOMEM, "out of memory");
    }
    put_identity(created);
    describe_cpu(created, root, topology);
    describe_parts(created, root);
    json_object_set(created->json, "not_seen", created->not_seen);
    *machine = created;
    return 0;
}

void machine_destroy(struct machine *machine)
{
    if (!machine)
        return;
    json_decref(machine->json);
    json_decref(machine->not_seen);
    free(machine);
}

void machine_set_run(struct machine *machine, int argc, char *const argv[], const char *profile,
                     int64_t seed)
{
    json_t *words = json_array();
    for (int i = 0; i < argc; i++)
        json_array_append_new(words, section_text(argv[i]));
    json_object_set_new(machine->json, "command_line", words);
    json_object_set_new(machine->json, "profile", profile ? section_text(profile) : json_null());
    json_object_set_new(machine->json, "seed", json_integer(seed));
}

void machine_set_label(struct machine *machine, const char *label)
{
    json_object_set_new(machine->json, "label", label ? section_text(label) : json_null());
}

void machine_set_plan(struct machine *machine, const char *path, bool as_it_comes,
                      const char *digest, int64_t looks, const char *omits)
{
    json_t *plan = json_object();
    json_object_set_new(plan, "file", path ? section_text(path) : json_null());
    json_object_set_new(plan, "as_it_comes", json_boolean(as_it_comes));
    json_object_set_new(plan, "digest", section_text(digest));
    json_object_set_new(plan, "looks", json_integer(looks));
    json_object_set_new(plan, "omits", omits ? section_text(omits) : json_null());
    json_object_set_new(machine->json, "plan", plan);
}

void machine_set_subjects(struct machine *machine, const char *const *names, size_t count,
                          const char *baseline)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, section_text(names[i]));
    json_object_set_new(machine->json, "subjects", list);
    json_object_set_new(machine->json, "baseline", baseline ? section_text(baseline) : json_null());
}

void machine_set_runtime(struct machine *machine, const struct runtime *runtime,
                         const char *version)
{
    json_t *all = json_object_get(machine->json, "runtimes");
    json_t *one = json_object();
    if (!all)
        json_object_set_new(machine->json, "runtimes", all = json_object());
    json_object_set_new(one, "version", section_text(version));
    json_object_set_new(one, "group", section_text(runtime->group));
    json_object_set_new(one, "pair", *runtime->pair ? section_text(runtime->pair) : json_null());
    json_object_set_new(one, "about", section_text(runtime->about));
    json_object_set_new(all, runtime->name, one);
}

void machine_set_clients(struct machine *machine, const char *host, size_t count, bool elsewhere,
                         int64_t longest_round_trip_ns)
{
    struct section section = open_section(machine, "", "clients");
    section_put_text(&section, "server_host", host);
    section_put_int64(&section, "count", (int64_t)count);
    section_put_int64(&section, "longest_round_trip_ns", longest_round_trip_ns);
    json_object_set_new(section.object, "elsewhere", json_boolean(elsewhere));
    json_object_set_new(section.object, "list", json_array());
}

void machine_add_client(struct machine *machine, const struct machine_client *client)
{
    json_t *list = json_object_get(json_object_get(machine->json, "clients"), "list");
    json_t *one = json_object();
    json_object_set_new(one, "prefix", section_text(client->prefix));
    json_object_set_new(one, "hostname", section_text(client->host));
    json_object_set_new(one, "cpus", section_text(client->cpus));
    json_object_set_new(one, "git_revision", section_text(client->revision));
    json_object_set_new(one, "local", json_boolean(client->local));
    json_object_set_new(one, "round_trip_p50_ns", json_integer(client->round_trip_p50_ns));
    json_object_set_new(one, "round_trip_p99_ns",
                        client->round_trip_p99_ns < 0 ? json_null()
                                                      : json_integer(client->round_trip_p99_ns));
    json_object_set_new(one, "clock_error_ns", json_integer(client->clock_error_ns));
    json_array_append_new(list, one);
}

void machine_set_jemalloc(struct machine *machine, const char *version)
{
    struct section section = open_section(machine, "", "software");
    if (version)
        section_put_text(&section, "jemalloc", version);
    else
        section_put_not_seen(&section, "jemalloc", "no subject with jemalloc took part");
}

void machine_set_trial_cgroup(struct machine *machine, bool possible, const char *reason)
{
    struct section section = open_section(machine, "", "cgroup");
    json_object_set_new(section.object, "trial_cgroup", json_boolean(possible));
    if (reason)
        section_put_text(&section, "trial_cgroup_note", reason);
}

static json_t *count_or_null(int64_t count)
{
    return count == LIMITS_NONE ? json_null() : json_integer(count);
}

static json_t *describe_limit(const struct limit *limit)
{
    json_t *largest = json_object();
    for (int model = 0; model < MODEL_COUNT; model++)
        json_object_set_new(largest, model_name((enum model)model),
                            count_or_null(limit->largest[model]));
    json_t *described = json_object();
    json_object_set_new(described, "value", count_or_null(limit->value));
    json_object_set_new(described, "unit", json_string(limit->unit));
    json_object_set_new(described, "in_use", json_integer(limit->in_use));
    json_object_set_new(described, "note", section_text(limit->note));
    json_object_set_new(described, "largest_waiters", largest);
    return described;
}

/* A value of null is "unlimited", unless not_seen has it. */
void machine_set_limits(struct machine *machine, const struct limits *limits)
{
    struct section section = open_section(machine, "", "limits");
    for (size_t i = 0; i < limits->count; i++) {
        const struct limit *limit = &limits->entries[i];
        if (!limit->seen)
            section_put_not_seen(&section, limit->name, limit->note);
        json_object_set_new(section.object, limit->name, describe_limit(limit));
    }
}

static void put_cpus(struct section *section, const char *key, hwloc_const_bitmap_t cpus)
{
    char list[PLACEMENT_LIST_MAX];
    if (placement_format(cpus, list, sizeof list) == 0)
        section_put_text(section, key, list);
    else
        section_put_not_seen(section, key, "the list is too long");
}

void machine_set_placement(struct machine *machine, const struct placement *placement)
{
    struct section section = open_section(machine, "", "placement");
    put_cpus(&section, "server_cpus", placement->server_cpus);
    put_cpus(&section, "client_cpus", placement->client_cpus);
    json_object_set_new(section.object, "shared", json_boolean(placement->shared));
}

void machine_set_store(struct machine *machine, const char *sqlite, const char *postgres,
                       const struct store_placement *placement)
{
    if (!sqlite && !postgres)
        return;
    struct section section = open_section(machine, "", "store");
    if (sqlite)
        section_put_text(&section, "sqlite", sqlite);
    if (!postgres)
        return;
    section_put_text(&section, "postgres", postgres);
    put_cpus(&section, "cpus", placement->cpus);
    section_put_int64(&section, "cpu_count", hwloc_bitmap_weight(placement->cpus));
    json_object_set_new(section.object, "own_cpus", json_boolean(placement->own));
}

void machine_set_calibration(struct machine *machine, const struct calibration *calibration)
{
    struct section section = open_section(machine, "", "calibration");
    section_put_int64(&section, "round_trips", calibration->round_trips);
    section_put_int64(&section, "round_trip_p50_ns", calibration->round_trip_p50_ns);
    section_put_int64(&section, "round_trip_p99_ns", calibration->round_trip_p99_ns);
    json_object_set_new(section.object, "clock_read_ns", json_real(calibration->clock_read_ns));
    section_put_int64(&section, "spin_ns", calibration->spin_ns);
    section_put_int64(&section, "gap_p999_ns", calibration->gap_p999_ns);
    section_put_int64(&section, "gap_longest_ns", calibration->gap_longest_ns);
    json_object_set_new(section.object, "gap_share", json_real(calibration->gap_share));
}

void machine_set_cpu_pair(struct machine *machine, const char *when, const struct cpu_pair *pair)
{
    struct section section = open_section(machine, "", "cpu_pair");
    if (strcmp(when, "before") == 0) {
        section_put_text(&section, "verdict", cpu_pair_word(pair));
        section_put_int64(&section, "server_cpu", pair->server_cpu);
        section_put_int64(&section, "client_cpu", pair->client_cpu);
    }
    json_t *figures = json_object();
    json_object_set_new(figures, "ratio", json_real(pair->ratio));
    json_object_set_new(figures, "least", json_real(pair->least));
    json_object_set_new(figures, "most", json_real(pair->most));
    json_object_set_new(figures, "rounds", json_integer(pair->rounds));
    json_object_set_new(section.object, when, figures);
}

void machine_set_no_cpu_pair(struct machine *machine, const char *reason)
{
    struct section section = open_section(machine, "", "cpu_pair");
    section_put_not_seen(&section, "verdict", reason);
}

void machine_set_disturbances(struct machine *machine, const char *when,
                              const struct disturbance_list *list)
{
    struct section section = open_section(machine, "", "disturbances");
    json_t *entries = json_array();
    for (size_t i = 0; i < list->count; i++) {
        json_t *entry = json_object();
        json_object_set_new(entry, "name", section_text(list->entries[i].name));
        json_object_set_new(entry, "text", section_text(list->entries[i].text));
        json_object_set_new(entry, "fix", section_text(list->entries[i].fix));
        json_array_append_new(entries, entry);
    }
    json_object_set_new(section.object, when, entries);
}

void machine_set_ended(struct machine *machine)
{
    if (!interrupt_signal())
        put_now(machine, "ended_utc");
}

const json_t *machine_json(const struct machine *machine)
{
    return machine->json;
}
