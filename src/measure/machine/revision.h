/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which waitbench this is; the build fills it in. */
#ifndef WAITBENCH_MEASURE_MACHINE_REVISION_H
#define WAITBENCH_MEASURE_MACHINE_REVISION_H

/* The commit's hash, with "-dirty" when files differ from it; "unknown" outside a
 * git checkout. */
extern const char revision_git[];

/* The release: "0.1.0". */
extern const char revision_version[];

#endif
