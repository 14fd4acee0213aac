/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of this machine a run can see, in the doctor's words. */
#ifndef WAITBENCH_CLI_DOCTOR_SEEN_H
#define WAITBENCH_CLI_DOCTOR_SEEN_H

#include "measure/cgroup/cgroup.h"
#include "measure/limits/limits.h"

/* Where the memory of a trial is accounted. */
void doctor_print_accounting(const struct cgroup_home *home);

/* What is in every figure and shows in none, and what cannot be seen. */
void doctor_examine_visibility(const struct limits *limits);

#endif
