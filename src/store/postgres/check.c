/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/postgres_check.h"

#include "store/postgres/programs.h"
#include "store/postgres/user.h"
#include "store/postgres_delay.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The first line that one of the server's programs prints; "" where it does not. */
static void ask(const char *programs, const char *program, char line[PATH_MAX])
{
    char command[PATH_MAX + 64];
    line[0] = '\0';
    snprintf(command, sizeof command, "'%s'/%s 2>/dev/null", programs, program);
    FILE *answer = strchr(programs, '\'') ? NULL : popen(command, "re");
    if (!answer)
        return;
    if (!fgets(line, PATH_MAX, answer))
        line[0] = '\0';
    pclose(answer);
    line[strcspn(line, "\n")] = '\0';
}

static int check_perl(const char *programs, int64_t delay_us, struct error *error)
{
    char share[PATH_MAX];
    char path[PATH_MAX + 64];
    ask(programs, "pg_config --sharedir", share); /* where it has its extensions */
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

int postgres_describe(char *text, size_t size, struct error *error)
{
    char programs[PATH_MAX];
    char version[PATH_MAX];
    struct postgres_user user;
    int result = postgres_programs_find(programs, error);
    if (result == 0)
        result = postgres_user_find(&user, error);
    if (result < 0)
        return result;
    /* "postgres (PostgreSQL) 15.8 (Debian 15.8-0+deb12u1)" */
    ask(programs, "postgres --version", version);
    const char *number = strstr(version, ") ");
    number = number ? number + 2 : "?";
    snprintf(text, size, "PostgreSQL %.*s in %s; a run's database runs as %s",
             (int)strcspn(number, " "), number, programs, user.name);
    return 0;
}
