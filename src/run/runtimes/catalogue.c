/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The catalogue's files, folder by folder. */
#include "base/places.h"
#include "run/runtimes/entry.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_NAME "runtimes.cfg"

bool runtime_has_scenario(const struct runtime *runtime, const char *scenario)
{
    for (char **name = runtime->scenarios; *name; name++)
        if (strcmp(*name, scenario) == 0)
            return true;
    return false;
}

static bool share_scenario(const struct runtime *a, const struct runtime *b)
{
    for (char **name = a->scenarios; *name; name++)
        if (runtime_has_scenario(b, *name))
            return true;
    return false;
}

/* Names tell rows apart, and of a pair there are two halves. */
static int check_among(const struct runtime_reading *reading, const config_setting_t *group,
                       const struct runtimes *runtimes, const struct runtime *added)
{
    for (size_t i = 0; i < runtimes->count; i++) {
        const struct runtime *other = &runtimes->list[i];
        if (strcmp(other->name, added->name) == 0)
            return runtime_refuse(reading, group, "%s:%d has a runtime '%s', too", other->file,
                                  other->line, added->name);
        if (added->pair[0] != '\0' && strcmp(other->pair, added->pair) == 0 &&
            strcmp(other->model, added->model) == 0 && share_scenario(other, added))
            return runtime_refuse(reading, group,
                                  "%s is the %s of the pair %s, and so is %s in a scenario of both",
                                  added->name, added->model, added->pair, other->name);
    }
    if (runtimes->count == RUNTIMES_MAX)
        return runtime_refuse(reading, group, "there are over %d runtimes", RUNTIMES_MAX);
    return 0;
}

static int add(const struct runtime_reading *reading, const config_setting_t *group,
               struct runtimes *runtimes)
{
    struct runtime added;
    int result = runtime_read(reading, group, &added);
    if (result < 0)
        return result;
    result = check_among(reading, group, runtimes, &added);
    struct runtime *grown =
        result == 0 ? reallocarray(runtimes->list, runtimes->count + 1, sizeof *grown) : NULL;
    if (!grown) {
        runtime_finish(&added);
        return result < 0 ? result : error_set(reading->error, -ENOMEM, "out of memory");
    }
    runtimes->list = grown;
    runtimes->list[runtimes->count++] = added;
    return 0;
}

static int read_root(const struct runtime_reading *reading, const config_t *config,
                     struct runtimes *runtimes)
{
    const config_setting_t *root = config_root_setting(config);
    const config_setting_t *list = config_lookup(config, "runtimes");
    int result = 0;
    for (int i = 0; i < config_setting_length(root); i++) {
        const config_setting_t *value = config_setting_get_elem(root, (unsigned)i);
        if (value != list)
            return runtime_refuse(reading, value, "there is no key '%s' here, but runtimes",
                                  config_setting_name(value));
    }
    if (!list || !config_setting_is_list(list))
        return runtime_refuse(reading, list ? list : root,
                              "runtimes is a list: runtimes = ( { ... }, { ... } );");
    for (int i = 0; result == 0 && i < config_setting_length(list); i++)
        result = add(reading, config_setting_get_elem(list, (unsigned)i), runtimes);
    return result;
}

static int read_file(const struct runtime_reading *reading, struct runtimes *runtimes)
{
    config_t config;
    int result;
    config_init(&config);
    if (config_read_file(&config, reading->file))
        result = read_root(reading, &config, runtimes);
    else if (config_error_type(&config) == CONFIG_ERR_FILE_IO)
        result = error_set(reading->error, -EIO, "cannot read %s", reading->file);
    else
        result = error_set(reading->error, -EINVAL, "%s:%d: %s", reading->file,
                           config_error_line(&config), config_error_text(&config));
    config_destroy(&config);
    return result;
}

/* A folder of programs that no catalogue names is nobody's. */
static int read_folder(struct runtime_reading *reading, const char *name, struct runtimes *runtimes)
{
    char path[PATH_MAX];
    if (name[0] == '.')
        return 0;
    if (snprintf(path, sizeof path, "%s/%s/" FILE_NAME, reading->source, name) >= (int)sizeof path)
        return error_set(reading->error, -ENAMETOOLONG, "%.300s...: the path is too long",
                         reading->source);
    if (access(path, F_OK) < 0)
        return 0;
    reading->file = path;
    return read_file(reading, runtimes);
}

static int compare_names(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

int runtimes_read(struct runtimes *runtimes, const char *folder, const char *built,
                  struct error *error)
{
    struct runtime_reading reading = {.source = folder, .built = built, .error = error};
    struct runtimes read = {.folder = strdup(folder), .built = strdup(built)};
    struct dirent **names = NULL;
    int count = scandir(folder, &names, NULL, compare_names);
    int result = 0;
    if (count < 0)
        result = error_set(error, -errno, "cannot read the folder of runtimes %s: %s", folder,
                           strerror(errno));
    else if (!read.folder || !read.built)
        result = error_set(error, -ENOMEM, "out of memory");
    for (int i = 0; i < count; i++) {
        if (result == 0)
            result = read_folder(&reading, names[i]->d_name, &read);
        free(names[i]);
    }
    free(names);
    if (result < 0)
        runtimes_finish(&read);
    else
        *runtimes = read;
    return result;
}

int runtimes_read_ours(struct runtimes *runtimes, struct error *error)
{
    const char *given = getenv("WAITBENCH_RUNTIMES");
    char folder[PATH_MAX];
    char built[PATH_MAX];
    int result = places_find(PLACE_RUNTIMES, folder, error);
    if (result == 0)
        result = places_find(PLACE_BUILT_RUNTIMES, built, error);
    if (result < 0)
        return result;
    return runtimes_read(runtimes, given && *given ? given : folder, built, error);
}

void runtimes_finish(struct runtimes *runtimes)
{
    for (size_t i = 0; i < runtimes->count; i++)
        runtime_finish(&runtimes->list[i]);
    free(runtimes->list);
    free(runtimes->folder);
    free(runtimes->built);
    *runtimes = (struct runtimes){0};
}
