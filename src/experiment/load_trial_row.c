/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A trial under load as the cells of its row. */
#include "experiment/load_trial.h"

#include "base/clock.h"

#include <string.h>

/* A server that uses this share of its CPUs is a limit itself. */
#define SERVER_BUSY 0.95

void load_trial_set_conditions(const struct trial *trial, struct csv_writer *csv)
{
    static const char *const bases[] = {
        [RATE_EQUAL] = "equal_rate",
        [UTILISATION_EQUAL] = "equal_utilisation",
        [RATE_COMMON] = "common_rate",
        [RATE_GIVEN] = "equal_rate",
    };
    const struct trial_load *load = &trial->load;
    const struct arm_parameters *parameters = &trial->arm.parameters;
    csv_set_int64(csv, "connections", load->connections);
    csv_set_int64(csv, "active", load->active);
    csv_set_int64(csv, "idle", load->connections - load->active);
    if (load->size_bytes > 0)
        csv_set_int64(csv, "payload_bytes", load->size_bytes);
    csv_set_int64(csv, "requests_per_connection", load->requests_per_connection);
    if (parameters->stack_bytes > 0)
        csv_set_int64(csv, "stack_bytes", parameters->stack_bytes);
    csv_set_int64(csv, "shards", arm_shards(&trial->arm));
    csv_set_int64(csv, "clients", load->clients);
    if (parameters->loops > 0)
        csv_set_int64(csv, "loops", parameters->loops);
    csv_set_int64(csv, "work_cpu_us", parameters->work_cpu_us);
    csv_set_int64(csv, "work_stack_bytes", parameters->work_stack_bytes);
    csv_set_int64(csv, "work_heap_bytes", parameters->work_heap_bytes);
    csv_set_int64(csv, "work_cache_bytes", parameters->work_cache_bytes);
    csv_set_int64(csv, "work_slow_us", parameters->work_slow_us);
    csv_set_int64(csv, "work_slow_every", parameters->work_slow_every);
    csv_set_int64(csv, "hold_bytes", parameters->hold_bytes);
    /* The spectrum has the same ones. */
    arm_set_option_columns(&trial->arm, &experiment_list[EXPERIMENT_LATENCY], csv);
    if (!trial_is_open(load))
        return;
    csv_set_text(csv, "arrivals", "poisson");
    csv_set_text(csv, "rate_basis", bases[load->basis]);
    if (load->capacity_share > 0)
        csv_set_double(csv, "capacity_share", load->capacity_share);
    csv_set_double(csv, "offered_per_second", load->rate_per_second);
}

/* Where the store has processes of its own, the same CPUs for every arm. */
static void set_store_cpus(const struct run *run, const struct trial *trial, struct csv_writer *csv)
{
    char cpus[PLACEMENT_LIST_MAX] = "";
    const char *store = arm_store(&trial->arm);
    if (!store || !stores_has_processes(store))
        return;
    placement_format(run->store_placement.cpus, cpus, sizeof cpus);
    csv_set_text(csv, "store_cpus", cpus);
}

void load_trial_set_parameters(const struct run *run, const struct trial *trial,
                               struct csv_writer *csv)
{
    const struct trial_load *load = &trial->load;
    char server_cpus[PLACEMENT_LIST_MAX] = "";
    placement_format(run->placement.server_cpus, server_cpus, sizeof server_cpus);
    load_trial_set_conditions(trial, csv);
    csv_set_text(csv, "protocol", arm_protocol(&trial->arm)->name);
    csv_set_text(csv, "server_cpus", server_cpus);
    set_store_cpus(run, trial, csv);
    if (trial_is_open(load) && load->sustained_per_second > 0)
        csv_set_double(csv, "utilisation", load->rate_per_second / load->sustained_per_second);
}

static double seconds_of(int64_t ns)
{
    return (double)ns / (double)NS_PER_SECOND;
}

/* How many CPUs the server can use: one loop of one process uses one. */
static double usable_cpus(const struct run *run, const struct trial *trial)
{
    int64_t cpus = run_server_cpu_count(run);
    int64_t loops = trial->arm.parameters.loops > 0 ? trial->arm.parameters.loops : 1;
    loops *= arm_shards(&trial->arm);
    return (double)(model_is_loop(trial->arm.model) && loops < cpus ? loops : cpus);
}

bool load_trial_is_server_busy(int64_t server_ns, int64_t beside_ns, double usable_cpus,
                               double all_cpus, int64_t window_ns)
{
    double window = SERVER_BUSY * (double)window_ns;
    return (double)server_ns >= window * usable_cpus ||
           (beside_ns > 0 && (double)(server_ns + beside_ns) >= window * all_cpus);
}

/* What a store that shares the server's CPUs took of them. */
static int64_t beside_ns(const struct run *run, const struct load_trial *done)
{
    return run->store_placement.own ? 0 : done->store_cpu_ns;
}

/* In a closed loop the generator is the limit only where the server is not: near saturation a poll
 * that finds something at once keeps the generator as busy as the server. */
static bool is_client_bound(const struct run *run, const struct trial *trial,
                            const struct load_trial *done)
{
    const struct load_result *result = &done->result;
    bool busy =
        load_trial_is_server_busy(done->used.cpu_ns, beside_ns(run, done), usable_cpus(run, trial),
                                  (double)run_server_cpu_count(run), result->duration_ns);
    return result->client_bound && !(busy && !trial_is_open(&trial->load));
}

static void set_contention(const struct contention *contention, struct csv_writer *csv)
{
    if (contention->steal_seconds >= 0)
        csv_set_double(csv, "steal_seconds", contention->steal_seconds);
    if (contention->foreign_seconds >= 0)
        csv_set_double(csv, "foreign_cpu_seconds", contention->foreign_seconds);
    if (contention->throttled_seconds >= 0)
        csv_set_double(csv, "throttled_seconds", contention->throttled_seconds);
}

static void set_store(const struct trial *trial, const struct load_trial *done,
                      struct csv_writer *csv)
{
    const char *store = arm_store(&trial->arm);
    if (!store || !stores_has_processes(store))
        return;
    if (done->store_connections >= 0)
        csv_set_int64(csv, "store_connections_used", done->store_connections);
    if (done->store_cpu_ns >= 0)
        csv_set_double(csv, "store_cpu_seconds", seconds_of(done->store_cpu_ns));
}

void load_trial_set_errors(const struct load_trial *done, struct csv_writer *csv)
{
    if (done->errors >= 0)
        csv_set_int64(csv, "errors", done->errors);
}

void load_trial_set_figures(const struct run *run, const struct trial *trial,
                            const struct load_trial *done, struct csv_writer *csv)
{
    char client_cpus[PLACEMENT_LIST_MAX] = "";
    double server_seconds = seconds_of(done->used.cpu_ns);
    /* Those of other machines are in machine.json. */
    if (run->clients.count == 0 || !clients_are_elsewhere(&run->clients))
        placement_format(run_placement(run, &trial->arm)->client_cpus, client_cpus,
                         sizeof client_cpus);
    load_row_set(csv, &done->options, &done->result, client_cpus);
    /* The generator knows nothing of connections that others keep idle. */
    csv_set_int64(csv, "connections", trial->load.connections);
    csv_set_int64(csv, "idle", trial->load.connections - trial->load.active);
    csv_set_int64(csv, "client_bound", is_client_bound(run, trial, done));
    if (done->used.cpu_ns >= 0) {
        csv_set_double(csv, "server_cpu_seconds", server_seconds);
        csv_set_double(csv, "both_cpu_seconds", server_seconds + done->result.client_work_seconds);
    }
    if (done->used.switches_voluntary >= 0) {
        csv_set_int64(csv, "context_switches_voluntary", done->used.switches_voluntary);
        csv_set_int64(csv, "context_switches_involuntary", done->used.switches_involuntary);
    }
    if (done->used.run_delay_ns >= 0)
        csv_set_double(csv, "server_run_delay_seconds", seconds_of(done->used.run_delay_ns));
    if (done->charged_bytes >= 0)
        csv_set_int64(csv, "charged_bytes", done->charged_bytes);
    set_store(trial, done, csv);
    set_contention(&done->contention, csv);
}
