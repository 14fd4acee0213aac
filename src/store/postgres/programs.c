/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/postgres/programs.h"

#include <errno.h>
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool has_program(const char *folder, const char *name)
{
    char path[PATH_MAX + 16];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return access(path, X_OK) == 0;
}

/* Takes the folder if it has the programs. pg_config, which is libpq's, names a folder even where
 * no server is installed. */
static bool take(const char *candidate, char folder[PATH_MAX])
{
    if (candidate[0] != '/' || strlen(candidate) >= PATH_MAX || !has_program(candidate, "initdb") ||
        !has_program(candidate, "postgres"))
        return false;
    strcpy(folder, candidate);
    return true;
}

static bool ask_pg_config(char folder[PATH_MAX])
{
    char line[PATH_MAX] = "";
    FILE *answer = popen("pg_config --bindir 2>/dev/null", "re");
    if (!answer)
        return false;
    bool told = fgets(line, sizeof line, answer) != NULL;
    pclose(answer);
    line[strcspn(line, "\n")] = '\0';
    return told && take(line, folder);
}

/* Version numbers are compared as numbers: 9.6 is older than 15. */
static bool find_newest(const char *pattern, char folder[PATH_MAX])
{
    glob_t found;
    const char *newest = NULL;
    char taken[PATH_MAX];
    if (glob(pattern, 0, NULL, &found) != 0)
        return false;
    for (size_t i = 0; i < found.gl_pathc; i++)
        if (take(found.gl_pathv[i], taken) && (!newest || strverscmp(taken, newest) > 0))
            newest = found.gl_pathv[i];
    bool result = newest && take(newest, folder);
    globfree(&found);
    return result;
}

static bool search_path(char folder[PATH_MAX])
{
    const char *path = getenv("PATH");
    char *copy = path ? strdup(path) : NULL;
    char *rest = copy;
    bool found = false;
    for (char *entry; !found && rest && (entry = strsep(&rest, ":"));)
        found = take(entry, folder);
    free(copy);
    return found;
}

int postgres_programs_find(char folder[PATH_MAX], struct error *error)
{
    /* Debian, Alpine, PGDG's RPMs. */
    static const char *const patterns[] = {
        "/usr/lib/postgresql/*/bin",
        "/usr/libexec/postgresql*",
        "/usr/pgsql-*/bin",
    };
    if (ask_pg_config(folder))
        return 0;
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
        if (find_newest(patterns[i], folder))
            return 0;
    if (search_path(folder))
        return 0;
    return error_set(error, -ENOPKG,
                     "no PostgreSQL server here (initdb and postgres are neither where pg_config "
                     "says, nor in /usr/lib/postgresql/*/bin, nor in PATH): install the package "
                     "postgresql");
}
