/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/load_idle.h"

bool load_idle_is_apart(const struct trial *trial)
{
    return arm_shards(&trial->arm) > 1 && trial->load.connections > trial->load.active;
}

int load_idle_start(const struct run *run, const struct trial *trial, struct measured *measured,
                    struct error *error)
{
    struct protocol_settings settings;
    if (!load_idle_is_apart(trial))
        return 0;
    protocol_settings_init(&settings);
    settings.host = run_host(run);
    settings.size_bytes = trial->load.size_bytes;
    arm_fill_settings(&trial->arm, run->options->seed, &settings);
    return idle_clients_start(&measured->clients, trial->load.connections - trial->load.active,
                              (size_t)arm_shards(&trial->arm), arm_protocol(&trial->arm), &settings,
                              run_placement(run, &trial->arm)->client_cpus, error);
}

int load_idle_connect(const struct run *run, const struct trial *trial, struct measured *measured,
                      struct error *error)
{
    int64_t spawn_ns;
    if (!load_idle_is_apart(trial))
        return 0;
    int result = idle_clients_connect(&measured->clients, &measured->shards,
                                      run_connect_window(run), &spawn_ns, error);
    return result == 0 ? idle_clients_warm(&measured->clients, 1, error) : result;
}
