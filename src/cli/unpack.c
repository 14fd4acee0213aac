/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/unpack.h"

#include "base/interrupt.h"
#include "base/text.h"
#include "cli/present.h"
#include "experiment/folder.h"
#include "run/packed/packed_run.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *const endings[] = {".tar.gz", ".tgz", ".tar", ".html.gz", ".html", ".htm"};

/* Beside it. What has none of these endings gets one itself, or it would be in its own place. */
static int name_folder(const char *given, char folder[PATH_MAX], struct error *error)
{
    size_t length = strlen(given);
    const char *suffix = "-run";
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t ending = strlen(endings[i]);
        if (length > ending && given[length - ending - 1] != '/' &&
            strcmp(given + length - ending, endings[i]) == 0) {
            length -= ending;
            suffix = "";
            break;
        }
    }
    if (snprintf(folder, PATH_MAX, "%.*s%s", (int)length, given, suffix) >= PATH_MAX)
        return error_set(error, -ENAMETOOLONG, "%.300s...: the path is too long", given);
    return 0;
}

static int make_folder(const char *given, const char *output, char folder[PATH_MAX],
                       struct error *error)
{
    char beside[PATH_MAX];
    char word[PATH_MAX];
    int result = output ? 0 : name_folder(given, beside, error);
    if (result == 0)
        result = folder_create(output ? output : beside, folder, PATH_MAX, error);
    if (result == -EEXIST && !output)
        error_set(
            error, result,
            "%s is there already, and not empty: `waitbench report %s` reads it, and --output "
            "DIR unpacks %s elsewhere",
            beside, text_shell_word(beside, word, sizeof word), given);
    return result;
}

int unpack_exit_code(int result)
{
    return result == -EBADMSG || result == -EFBIG ? EXIT_MEASUREMENT_FAILED : EXIT_USAGE;
}

static int unpack_file(const char *given, const char *output, char folder[PATH_MAX],
                       struct error *error)
{
    struct packed_files files;
    int result = packed_run_read(&files, given, error);
    if (result < 0)
        return unpack_exit_code(result);
    int code = EXIT_DONE;
    result = make_folder(given, output, folder, error);
    if (result < 0)
        code = folder_exit_code(result);
    else if (packed_run_write(&files, folder, error) < 0) {
        code = EXIT_MEASUREMENT_FAILED;
        (void)!rmdir(folder);
    }
    packed_files_finish(&files);
    return code;
}

int unpack_run(const char *given, const char *output, char folder[PATH_MAX], struct error *error)
{
    if (packed_run_is(given)) {
        interrupt_catch();
        return unpack_file(given, output, folder, error);
    }
    if (output) {
        error_set(error, -EINVAL,
                  "--output is for a run that comes as one file; %s gets its report "
                  "where it is",
                  given);
        return EXIT_USAGE;
    }
    if (snprintf(folder, PATH_MAX, "%s", given) < PATH_MAX)
        return EXIT_DONE;
    error_set(error, -ENAMETOOLONG, "%.300s...: the path is too long", given);
    return EXIT_MEASUREMENT_FAILED;
}
