/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/list_runtimes.h"

#include "experiment/chosen_runtimes.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void print_runtime(const struct runtimes *catalogue, const struct runtime *runtime)
{
    char version[RUNTIME_VERSION_SIZE];
    struct error fault = {{0}};
    printf("%s (%s): %s", runtime->name, runtime->group, runtime->about);
    if (chosen_runtimes_probe(catalogue, runtime, version, &fault) == 0)
        printf("; %s", version[0] != '\0' ? version : "installed");
    else
        printf("; not here: %s", fault.text);
    putchar('\n');
}

int list_runtimes(void)
{
    struct runtimes catalogue;
    struct error error = {{0}};
    if (runtimes_read_ours(&catalogue, &error) < 0) {
        error_print("%s", error.text);
        return EXIT_MEASUREMENT_FAILED;
    }
    for (size_t i = 0; i < catalogue.count; i++) {
        printf("%-12s ", i == 0 ? "runtimes" : "");
        print_runtime(&catalogue, &catalogue.list[i]);
    }
    runtimes_finish(&catalogue);
    return EXIT_DONE;
}

/* Whether some runtime before this one, or this one before that place, takes the package, too. */
static bool is_printed(const struct runtimes *catalogue, const bool *chosen, size_t number,
                       char *const *package)
{
    for (size_t i = 0; i <= number; i++)
        for (char **other = catalogue->list[i].packages; chosen[i] && *other; other++)
            if (other == package)
                return false;
            else if (strcmp(*other, *package) == 0)
                return true;
    return false;
}

int list_packages(const char *list)
{
    bool chosen[RUNTIMES_MAX];
    struct runtimes catalogue = {0};
    struct error error = {{0}};
    int result = runtimes_read_ours(&catalogue, &error);
    if (result == 0)
        result = runtimes_choose(&catalogue, list, chosen, &error);
    for (size_t i = 0; result == 0 && i < catalogue.count; i++)
        for (char **package = catalogue.list[i].packages; chosen[i] && *package; package++)
            if (!is_printed(&catalogue, chosen, i, package))
                puts(*package);
    runtimes_finish(&catalogue);
    if (result == 0)
        return EXIT_DONE;
    error_print("%s", error.text);
    return result == -EINVAL ? EXIT_USAGE : EXIT_MEASUREMENT_FAILED;
}
