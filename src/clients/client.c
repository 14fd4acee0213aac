/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/client.h"

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/places.h"
#include "clients/greeting.h"
#include "load/wire/wire_options.h"
#include "load/wire/wire_result.h"
#include "measure/process/launch.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wordexp.h>

/* Questions for the time: the quickest of so many is the one that nothing held up. */
#define CLOCK_QUESTIONS 16

/* Before each load again, since clocks drift: by more than a path's error within an hour. So many
 * at least, and until one was answered within twice the quickest so far. */
#define CLOCK_QUESTIONS_AGAIN 4
#define CLOCK_QUESTIONS_MOST  64

/* A part of a result is at most a few thousand lines, which come as fast as the path allows: from
 * one to the next, and all of them. */
#define LINES_SECONDS     60
#define ALL_LINES_SECONDS 600

/* Nobody's clock says more, nor CPU time: 146 years. */
#define TIME_MAX_NS (INT64_C(1) << 62)

/* A longer way there and back is none to load anybody over. */
#define PATH_MAX_NS (60 * NS_PER_SECOND)

static bool names_program(const char *word)
{
    const char *slash = strrchr(word, '/');
    return slash && strcmp(slash + 1, "waitbench") == 0;
}

/* The words of the prefix, then the program unless it is there, and its command. */
static int fill_argv(struct client *client, const wordexp_t *words, struct error *error)
{
    char program[PATH_MAX];
    size_t count = words->we_wordc;
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length < 0)
        return error_set(error, -errno, "cannot tell where this program lies: %s", strerror(errno));
    program[length] = '\0';
    client->argv = calloc(count + 3, sizeof *client->argv);
    bool complete = client->argv != NULL;
    size_t next = 0;
    for (size_t i = 0; complete && i < count; i++)
        complete = (client->argv[next++] = strdup(words->we_wordv[i])) != NULL;
    if (complete && !names_program(words->we_wordv[count - 1]))
        complete = (client->argv[next++] = strdup(program)) != NULL;
    if (complete)
        complete = (client->argv[next++] = strdup("client")) != NULL;
    return complete ? 0 : error_set(error, -ENOMEM, "out of memory");
}

int client_init(struct client *client, const char *prefix, struct error *error)
{
    wordexp_t words;
    *client = (struct client){
        .prefix = prefix, .channel = {.pid = -1, .input_fd = -1, .output_fd = -1, .error_fd = -1}};
    int fault = wordexp(prefix, &words, WRDE_NOCMD | WRDE_UNDEF);
    if (fault == WRDE_SYNTAX)
        return error_set(error, -EINVAL, "--client %s: a quote or a bracket is not closed", prefix);
    if (fault != 0)
        return error_set(error, -EINVAL,
                         "--client takes words as a shell would, without commands or unknown "
                         "variables in them, not '%s'",
                         prefix);
    int result = words.we_wordc > 0
                     ? fill_argv(client, &words, error)
                     : error_set(error, -EINVAL, "--client takes a command such as 'ssh load1'");
    wordfree(&words);
    return result;
}

int client_fault(const struct client *client, int code, const char *text, struct error *error)
{
    char copy[sizeof((struct error *)0)->text];
    snprintf(copy, sizeof copy, "%s", text);
    return error_set(error, code, "client '%s' %s", client->prefix, copy);
}

static int ended(struct client *client, struct error *error)
{
    char end[512];
    /* It has closed its output, and is about to end. */
    channel_close(&client->channel, clock_now_ns() + NS_PER_SECOND);
    channel_finish(&client->channel);
    channel_describe_end(&client->channel, end, sizeof end);
    client->running = false;
    return client_fault(client, -EPIPE, end, error);
}

int client_say(struct client *client, struct error *error, const char *format, ...)
{
    char line[CHANNEL_LINE_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    int result = channel_write(&client->channel, line);
    if (result == -EPIPE)
        return ended(client, error);
    return result < 0 ? client_fault(client, result, strerror(-result), error) : 0;
}

int client_judge(struct client *client, int result, const char *line, double seconds,
                 struct error *error)
{
    char text[128];
    if (result == -EINTR)
        return error_set(error, result, "interrupted");
    if (result == -EPIPE)
        return ended(client, error);
    if (result == -ETIMEDOUT) {
        snprintf(text, sizeof text, "has said nothing for %.0f s", seconds);
        return client_fault(client, -EPROTO, text, error);
    }
    if (result == -EMSGSIZE)
        return client_fault(client, -EPROTO, "prints something else than lines of text", error);
    if (result < 0)
        return client_fault(client, result, strerror(-result), error);
    if (strncmp(line, "error ", 6) == 0)
        return client_fault(client, -EPROTO, line + 6, error);
    return 0;
}

int client_read(struct client *client, char *line, double seconds, struct error *error)
{
    int64_t deadline_ns = clock_now_ns() + (int64_t)(seconds * (double)NS_PER_SECOND);
    int result = channel_read(&client->channel, line, deadline_ns);
    return client_judge(client, result, line, seconds, error);
}

int client_read_number(struct client *client, const char *word, int64_t *number, double seconds,
                       struct error *error)
{
    char line[CHANNEL_LINE_MAX];
    char text[128];
    size_t length = strlen(word);
    int result = client_read(client, line, seconds, error);
    if (result < 0)
        return result;
    if (strncmp(line, word, length) == 0 && sscanf(line + length, " %" SCNd64, number) == 1)
        return 0;
    snprintf(text, sizeof text, "said '%.60s' where '%s' was due", line, word);
    return client_fault(client, -EPROTO, text, error);
}

int client_take_count(struct client *client, const char *line, const char *word, int64_t most,
                      int64_t *count, struct error *error)
{
    size_t length = strlen(word);
    int64_t cpu_ns;
    char text[128];
    if (strncmp(line, word, length) != 0 || line[length] != ' ')
        return 0;
    if (sscanf(line + length, " %" SCNd64 " %" SCNd64, count, &cpu_ns) == 2 && *count >= 0 &&
        *count <= most && cpu_ns >= 0 && cpu_ns <= TIME_MAX_NS) {
        client->cpu_ns = cpu_ns;
        return 1;
    }
    snprintf(text, sizeof text, "said '%.60s', which cannot be", line);
    return client_fault(client, -EPROTO, text, error);
}

static double seconds_until(int64_t deadline_ns)
{
    int64_t left_ns = deadline_ns - clock_now_ns();
    return left_ns > 0 ? (double)left_ns / (double)NS_PER_SECOND : 0;
}

/* The answer was given somewhere between question and answer: the middle is off by at most half of
 * what both took (Cristian, "Probabilistic clock synchronization", 1989). */
static int ask_for_the_time(struct client *client, struct error *error)
{
    int64_t its_ns;
    int64_t before_ns = clock_now_ns();
    int result = client_say(client, error, "clock");
    if (result == 0)
        result = client_read_number(client, "clock", &its_ns, CLIENT_ANSWER_SECONDS, error);
    if (result < 0)
        return result;
    if (its_ns < 0 || its_ns > TIME_MAX_NS)
        return client_fault(client, -EPROTO, "said a time that no clock has", error);
    int64_t took_ns = clock_now_ns() - before_ns;
    if (took_ns > client->slowest_ns)
        client->slowest_ns = took_ns;
    if (took_ns < client->exchange_ns) {
        client->exchange_ns = took_ns;
        client->offset_ns = its_ns - (before_ns + took_ns / 2);
    }
    return 0;
}

static int compare_clocks(struct client *client, int questions, struct error *error)
{
    int result = 0;
    client->exchange_ns = INT64_MAX;
    client->slowest_ns = 0;
    for (int i = 0; result == 0 && i < CLOCK_QUESTIONS_MOST &&
                    (i < questions ||
                     (client->quickest_ns > 0 && client->exchange_ns > 2 * client->quickest_ns));
         i++)
        result = ask_for_the_time(client, error);
    if (client->quickest_ns == 0 || client->exchange_ns < client->quickest_ns)
        client->quickest_ns = client->exchange_ns;
    return result;
}

int client_compare_clocks(struct client *client, struct error *error)
{
    return compare_clocks(client, CLOCK_QUESTIONS_AGAIN, error);
}

static int start(struct client *client, const struct hello *own, struct error *error)
{
    struct error fault = {{0}};
    int result = launch_start(&client->channel, client->argv, NULL, NULL, error);
    if (result < 0)
        return result;
    client->running = true;
    client->cpu_ns = 0;
    result = greeting_read(client, error);
    if (result == 0) {
        result = hello_check(&client->hello, own, &fault);
        if (result < 0)
            client_fault(client, result, fault.text, error);
    }
    client->local = own->boot[0] != '\0' && strcmp(client->hello.boot, own->boot) == 0;
    client->quickest_ns = 0;
    if (result == 0)
        result = compare_clocks(client, CLOCK_QUESTIONS, error);
    if (result < 0 && !client->running)
        greeting_explain_end(client, result, error);
    if (result < 0)
        client_kill(client);
    return result;
}

int client_start(struct client *client, const struct hello *own, struct error *error)
{
    if (client->running && client_compare_clocks(client, error) == 0)
        return 0;
    if (interrupt_signal())
        return error_set(error, -EINTR, "interrupted");
    /* Its connection may have ended between two loads. */
    client_kill(client);
    return start(client, own, error);
}

void client_kill(struct client *client)
{
    channel_finish(&client->channel);
    client->running = false;
}

void client_finish(struct client *client)
{
    /* Asked to end first: what is behind a prefix may not be ours to kill. */
    if (client->running && !interrupt_signal())
        channel_close(&client->channel, clock_now_ns() + 2 * NS_PER_SECOND);
    client_kill(client);
    for (size_t i = 0; client->argv && client->argv[i]; i++)
        free(client->argv[i]);
    free(client->argv);
    client->argv = NULL;
}

int client_load(struct client *client, const struct load_options *options, struct error *error)
{
    char *lines = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&lines, &size);
    if (!out)
        return error_set(error, -ENOMEM, "out of memory");
    wire_options_write(options, out);
    int result = fclose(out) == 0 ? 0 : error_set(error, -ENOMEM, "out of memory");
    if (result == 0)
        result = client_say(client, error, "load");
    char *rest = lines;
    for (char *line = strsep(&rest, "\n"); result == 0 && line && rest; line = strsep(&rest, "\n"))
        result = client_say(client, error, "%s", line);
    free(lines);
    return result;
}

static int read_lines(struct client *client, struct wire_result *wire, struct error *error)
{
    char line[CHANNEL_LINE_MAX];
    struct error fault = {{0}};
    int64_t deadline_ns = clock_now_ns() + ALL_LINES_SECONDS * NS_PER_SECOND;
    int taken = 0;
    while (taken == 0) {
        double left = seconds_until(deadline_ns);
        int result = left > 0
                         ? client_read(client, line, fmin(left, LINES_SECONDS), error)
                         : client_fault(client, -EPROTO, "goes on and on about its result", error);
        if (result < 0)
            return result;
        taken = wire_result_take(wire, line, &fault);
        if (taken < 0)
            return client_fault(client, taken, fault.text, error);
    }
    return 0;
}

int client_read_result(struct client *client, struct load_result *result, struct error *error)
{
    struct wire_result wire = {.filled = NULL};
    int code = read_lines(client, &wire, error);
    *result = wire.result;
    return code;
}

int client_add_excursions(struct client *client, int64_t longer_than_ns,
                          int64_t other_longer_than_ns, struct load_result *whole,
                          struct error *error)
{
    struct wire_result wire = {.filled = NULL};
    int code = client_say(client, error, "excursions %" PRId64 " %" PRId64, longer_than_ns,
                          other_longer_than_ns);
    if (code == 0)
        code = read_lines(client, &wire, error);
    if (code == 0 &&
        (excursions_merge(&whole->excursions, &wire.result.excursions, 0) < 0 ||
         excursions_merge(&whole->other_excursions, &wire.result.other_excursions, 0) < 0))
        code = error_set(error, -ENOMEM, "out of memory");
    load_result_finish(&wire.result);
    return code;
}

int client_find_floor(struct client *client, const char *host, int port, struct error *error)
{
    char line[CHANNEL_LINE_MAX];
    struct round_trips trips;
    int result = client_say(client, error, "host %s", host);
    if (result == 0)
        result = client_say(client, error, "floor %d", port);
    if (result == 0)
        result = client_read(client, line, CLIENT_START_SECONDS, error);
    if (result < 0)
        return result;
    if (sscanf(line, "floor %" SCNd64 " %" SCNd64 " %" SCNd64, &trips.count, &trips.p50_ns,
               &trips.p99_ns) != 3 ||
        trips.count <= 0 || trips.p50_ns <= 0 || trips.p50_ns > PATH_MAX_NS)
        return client_fault(client, -EPROTO, "did not say how long a round trip takes", error);
    client->floor = trips;
    return 0;
}
