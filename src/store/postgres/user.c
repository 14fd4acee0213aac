/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/postgres/user.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

int postgres_user_find(struct postgres_user *user, struct error *error)
{
    if (geteuid() != 0) {
        *user = (struct postgres_user){.name = "this user", .uid = geteuid(), .gid = getegid()};
        return 0;
    }
    const struct passwd *entry = getpwnam("postgres");
    if (!entry)
        entry = getpwnam("nobody");
    if (!entry)
        return error_set(error, -ENOENT,
                         "PostgreSQL refuses to run as root, and there is neither a user postgres "
                         "nor a user nobody: run this as an ordinary user");
    *user = (struct postgres_user){.uid = entry->pw_uid, .gid = entry->pw_gid, .is_other = true};
    snprintf(user->name, sizeof user->name, "the user %s", entry->pw_name);
    return 0;
}

int postgres_user_become(const struct postgres_user *user)
{
    if (!user->is_other)
        return 0;
    if (setgroups(0, NULL) < 0 || setgid(user->gid) < 0 || setuid(user->uid) < 0)
        return -errno;
    return 0;
}
