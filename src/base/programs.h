/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Programs by name, as execvp(3) finds them. */
#ifndef WAITBENCH_BASE_PROGRAMS_H
#define WAITBENCH_BASE_PROGRAMS_H

/* Whether `name` could be started, without starting it: a name with a slash is a path, any other is
 * looked for in PATH. Returns 0; -ENOENT where there is none; -EACCES where there is one that may
 * not be run; or another -errno. */
int programs_look(const char *name);

#endif
