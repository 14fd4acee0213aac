/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WAITBENCH_EXPERIMENT_THROUGHPUT_H
#define WAITBENCH_EXPERIMENT_THROUGHPUT_H

#include "experiment/run.h"

/* throughput.csv: how many requests per second a closed loop of K connections gets answered, and
 * what each costs the server. */
extern const struct method throughput_method;

#endif
