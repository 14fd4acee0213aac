/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/postgres_check.h"

#include "store/postgres/programs.h"
#include "store/postgres_delay.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Where the server has its extensions; "" where its pg_config does not say. */
static void find_share(const char *programs, char share[PATH_MAX])
{
    char command[PATH_MAX + 64];
    share[0] = '\0';
    snprintf(command, sizeof command, "'%s/pg_config' --sharedir 2>/dev/null", programs);
    FILE *answer = strchr(programs, '\'') ? NULL : popen(command, "re");
    if (!answer)
        return;
    if (!fgets(share, PATH_MAX, answer))
        share[0] = '\0';
    pclose(answer);
    share[strcspn(share, "\n")] = '\0';
}

static int check_perl(const char *programs, int64_t delay_us, struct error *error)
{
    char share[PATH_MAX];
    char path[PATH_MAX + 64];
    find_share(programs, share);
    snprintf(path, sizeof path, "%s/extension/plperlu.control", share);
    if (share[0] == '\0' || access(path, R_OK) == 0)
        return 0;
    const char *version = strrchr(share, '/');
    bool numbered = version && isdigit((unsigned char)version[1]);
    return error_set(error, -ENOPKG,
                     "PostgreSQL sleeps whole milliseconds without help, and %" PRId64
                     " us with PL/Perl: install the package postgresql-plperl%s%s",
                     delay_us, numbered ? "-" : "", numbered ? version + 1 : "");
}

int postgres_check(int64_t delay_us, struct error *error)
{
    char programs[PATH_MAX];
    int result = postgres_programs_find(programs, error);
    if (result < 0 || postgres_delay_is_whole_ms(delay_us))
        return result;
    return check_perl(programs, delay_us, error);
}
