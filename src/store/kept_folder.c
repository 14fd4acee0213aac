/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/kept_folder.h"

#include <string.h>

/* What the keeper says once, when the folder is there or could not be made. */
struct report {
    int code;
    char path[TEMPORARY_FOLDER_SIZE];
    struct error error;
};

static int keep(int fd, void *argument)
{
    (void)argument;
    struct report report = {0};
    struct temporary_folder folder;
    report.code = temporary_folder_make(&folder, &report.error);
    if (report.code == 0)
        memcpy(report.path, folder.path, sizeof folder.path);
    keeper_tell(fd, &report, sizeof report);
    if (report.code < 0)
        return 0;
    keeper_is_released(fd, -1);
    return temporary_folder_finish(&folder) == 0 ? 0 : 1;
}

int kept_folder_make(struct kept_folder *folder, struct error *error)
{
    struct kept_folder made = {.path = ""};
    struct report report;
    int result = keeper_start(&made.keeper, keep, NULL, error);
    if (result < 0)
        return result;
    result = keeper_hear(&made.keeper, &report, sizeof report, error);
    if (result == 0 && report.code < 0)
        result = error_set(error, report.code, "%s", report.error.text);
    if (result < 0) {
        keeper_stop(&made.keeper);
        return result;
    }
    memcpy(made.path, report.path, sizeof report.path);
    *folder = made;
    return 0;
}

int kept_folder_remove(struct kept_folder *folder)
{
    int result = keeper_stop(&folder->keeper);
    /* Its keeper may have been killed, of all processes. */
    if (folder->path[0] && result < 0)
        result = temporary_folder_remove(folder->path);
    folder->path[0] = '\0';
    return result;
}
