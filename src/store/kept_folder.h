/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A temporary folder that is removed with all that is in it when its maker says so, or ends,
 * however that comes: a process of its own sees to it (store/keeper.h). */
#ifndef WAITBENCH_STORE_KEPT_FOLDER_H
#define WAITBENCH_STORE_KEPT_FOLDER_H

#include "base/error.h"
#include "store/keeper.h"
#include "store/temporary_folder.h"

struct kept_folder {
    char path[TEMPORARY_FOLDER_SIZE]; /* absolute; "" once removed */
    struct keeper keeper;
};

/* Returns 0, or -errno with `error` set and nothing left behind. */
int kept_folder_make(struct kept_folder *folder, struct error *error);

/* Returns 0 or -errno. Fine to call twice, and on one that is zeroed. */
int kept_folder_remove(struct kept_folder *folder);

#endif
