/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which waitbench this is; the build fills it in. */
#ifndef WAITBENCH_MEASURE_MACHINE_REVISION_H
#define WAITBENCH_MEASURE_MACHINE_REVISION_H

/* The commit's hash, with "-dirty" when files differ from it; outside a git checkout the release's
 * tag, "v0.1.0"; "unknown" when git could not say. */
extern const char revision_git[];

/* The release: "0.1.0". */
extern const char revision_version[];

#endif
