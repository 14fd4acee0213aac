/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/greeting.h"

#include "base/clock.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

/* What a host says of itself is shorter. */
#define BANNER_LINES_MAX 1000

/* How often it is looked whether a silent one was stopped. */
#define LOOK_NS (200 * NS_PER_MS)

/* As a shell and env(1) exit when a command cannot be started, and argp for what it does not know.
 */
#define STATUS_NOT_STARTED 126
#define STATUS_NOT_FOUND   127
#define STATUS_USAGE       2

static bool has_bare_name(const struct client *client)
{
    for (size_t i = 0; client->argv[i]; i++)
        if (strcmp(client->argv[i], "waitbench") == 0)
            return true;
    return false;
}

/* What usually helps where it ended so; NULL where that is not known. */
static const char *hint_of_end(const struct client *client)
{
    const struct channel *channel = &client->channel;
    int status = WIFEXITED(channel->status) ? WEXITSTATUS(channel->status) : -1;
    bool not_there = status == STATUS_NOT_FOUND || status == STATUS_NOT_STARTED;
    /* Launching it failed on this side, which its last words say. */
    if (not_there && strncmp(channel->last_words, "cannot run ", 11) == 0)
        return NULL;
    if ((not_there || status == STATUS_USAGE) && has_bare_name(client))
        return "a waitbench that is not at this one's path is named by its own, as in "
               "/usr/bin/waitbench";
    if (not_there)
        return "waitbench has to be there: at this one's path, or at the path that the prefix ends "
               "with";
    if (status == 0)
        return "its standard input has to reach it: docker exec -i; ssh without -n and -f";
    return NULL;
}

/* Puts what helps behind what was said. */
static int add_hint(int result, const char *hint, struct error *error)
{
    struct error said = *error;
    return hint ? error_set(error, result, "%s (%s)", said.text, hint) : result;
}

int greeting_explain_end(const struct client *client, int result, struct error *error)
{
    return add_hint(result, hint_of_end(client), error);
}

/* Who asks at a terminal from the background is stopped by the kernel, before anybody sees what is
 * asked; nobody could answer either. */
static int read_line(struct client *client, char *line, int64_t deadline_ns, struct error *error)
{
    int result = -ETIMEDOUT;
    bool stopped = false;
    while (result == -ETIMEDOUT && !stopped && clock_now_ns() < deadline_ns) {
        int64_t look_ns = clock_now_ns() + LOOK_NS;
        result =
            channel_read(&client->channel, line, look_ns < deadline_ns ? look_ns : deadline_ns);
        stopped = channel_is_stopped(&client->channel);
    }
    if (result == -ETIMEDOUT && stopped)
        return client_fault(client, -EPROTO,
                            "wants to ask at the terminal, where nobody can answer it: have it ask "
                            "for no password and know the host's key (run its prefix by hand once)",
                            error);
    bool silent = result == -ETIMEDOUT;
    result = client_judge(client, result, line, CLIENT_START_SECONDS, error);
    return silent ? add_hint(result, "what starts it may ask for nothing", error) : result;
}

/* What it said in place of the hello: a terminal in between ends lines in its own way. */
static int name_stranger(const struct client *client, const char *line, struct error *error)
{
    char text[256];
    snprintf(text, sizeof text,
             "did not say what it is, but '%.60s' (it takes a waitbench there, and no terminal in "
             "between: ssh -T)",
             line);
    return client_fault(client, -EPROTO, text, error);
}

/* A prefix may print what it likes before, such as a host's banner. */
int greeting_read(struct client *client, struct error *error)
{
    char line[CHANNEL_LINE_MAX];
    int64_t deadline_ns = clock_now_ns() + CLIENT_START_SECONDS * NS_PER_SECOND;
    bool begun = false;
    int taken = 0;
    client->hello = (struct hello){0};
    for (int lines = 0; taken == 0; lines++) {
        int result = read_line(client, line, deadline_ns, error);
        if (result < 0)
            return result;
        begun = begun || strncmp(line, "protocol ", 9) == 0;
        taken = begun ? hello_take(&client->hello, line) : 0;
        if (taken < 0 || lines == BANNER_LINES_MAX)
            return name_stranger(client, line, error);
    }
    return 0;
}
