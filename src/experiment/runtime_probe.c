/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a runtime is there. */
#include "base/clock.h"
#include "base/places.h"
#include "experiment/chosen_runtimes.h"
#include "measure/process/launch.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* An interpreter that starts on a busy machine is slow. */
#define PROBE_SECONDS 10

/* Of a program that could not be run (measure/process/launch.h), whose last words say why. */
#define LAUNCH_FAILED 127

/* The first line with anything in it, and how the probe ended. */
static int listen_to(struct channel *channel, char *version, struct error *error)
{
    char line[CHANNEL_LINE_MAX];
    char end[320];
    int64_t deadline_ns = clock_now_ns() + PROBE_SECONDS * NS_PER_SECOND;
    version[0] = '\0';
    int result = channel_read(channel, line, deadline_ns);
    while (result == 0 && line[strspn(line, " \t")] == '\0')
        result = channel_read(channel, line, deadline_ns);
    if (result == 0)
        snprintf(version, RUNTIME_VERSION_SIZE, "%.*s", RUNTIME_VERSION_SIZE - 1, line);
    if (result == 0 || result == -EPIPE)
        result = channel_close(channel, deadline_ns);
    if (result == -EINTR)
        return error_set(error, result, "interrupted");
    if (result < 0)
        return error_set(error, -ETIMEDOUT, "its probe still ran after %d s", PROBE_SECONDS);
    if (WIFEXITED(channel->status) && WEXITSTATUS(channel->status) == LAUNCH_FAILED &&
        channel->last_words_length > 0)
        return error_set(error, -ENOENT, "%s", channel->last_words);
    if (channel->status != 0) {
        channel_describe_end(channel, end, sizeof end);
        return error_set(error, -ENOENT, "its probe %s", end);
    }
    /* Some tell their version on the other stream. */
    if (version[0] == '\0')
        snprintf(version, RUNTIME_VERSION_SIZE, "%.*s", RUNTIME_VERSION_SIZE - 1,
                 channel->last_words);
    return 0;
}

static int run_probe(const struct runtime *runtime, char *version, struct error *error)
{
    struct channel channel = {.pid = -1, .input_fd = -1, .output_fd = -1, .error_fd = -1};
    int result = launch_start(&channel, runtime->probe, NULL, NULL, error);
    if (result < 0)
        return result;
    result = listen_to(&channel, version, error);
    channel_finish(&channel);
    return result;
}

/* Words of the command that lie below a folder of ours and are not there. NULL: none is. */
static const char *missing_file(const struct runtimes *catalogue, const struct runtime *runtime)
{
    const char *const folders[] = {catalogue->folder, catalogue->built};
    for (char **word = runtime->command; *word; word++)
        for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
            if (strncmp(*word, folders[i], strlen(folders[i])) == 0 && access(*word, F_OK) < 0)
                return *word;
    return NULL;
}

/* Behind what is wrong: which packages bring it, and what is to be done then. */
static int tell_packages(const struct runtime *runtime, int fault, const char *what, bool built,
                         struct error *error)
{
    char packages[256];
    FILE *out = fmemopen(packages, sizeof packages, "w");
    for (char **package = runtime->packages; out && *package; package++)
        fprintf(out, "%s%s", package == runtime->packages ? "" : ", ", *package);
    if (!out || fclose(out) != 0)
        packages[0] = '\0';
    packages[sizeof packages - 1] = '\0';
    return error_set(
        error, fault, "%s; Debian has it in %s%s", what, packages,
        built && places_source()
            ? ", and then `meson setup --reconfigure -Druntimes=true build` and `ninja -C build`"
            : "");
}

int chosen_runtimes_probe(const struct runtimes *catalogue, const struct runtime *runtime,
                          char version[RUNTIME_VERSION_SIZE], struct error *error)
{
    struct error fault = {{0}};
    const char *missing = missing_file(catalogue, runtime);
    if (missing) {
        bool built = strncmp(missing, catalogue->built, strlen(catalogue->built)) == 0;
        char what[512];
        snprintf(what, sizeof what, "%.400s %s", missing, built ? "was not built" : "is missing");
        return tell_packages(runtime, -ENOENT, what, built, error);
    }
    int result = run_probe(runtime, version, &fault);
    if (result == -EINTR)
        return error_set(error, result, "%s", fault.text);
    return result < 0 ? tell_packages(runtime, result, fault.text, false, error) : 0;
}
