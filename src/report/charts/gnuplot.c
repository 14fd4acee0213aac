/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/charts/gnuplot.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/interrupt.h"
#include "base/programs.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* How often it is asked whether somebody wants to leave: a person takes this for at once. */
#define LOOK_NS (50 * NS_PER_MS)

/* What it may take to end when there is nothing left to draw. */
#define END_NS (2 * NS_PER_SECOND)

/* What it says behind each picture. It goes on after an error, with the next line. */
#define DRAWN  "waitbench: drawn"
#define FAILED "waitbench: failed"

/* What the child says, and the parent knows it by, when there is no such program. A status alone
 * would not do: a script by the name of gnuplot may end with any. */
static const char not_installed[] = "gnuplot is not installed: apt-get install gnuplot-nox";

static void become_gnuplot(void *folder)
{
    /* -d leaves out the user's own settings, which would change the chart. */
    char *arguments[] = {(char[]){"gnuplot"}, (char[]){"-d"}, NULL};
    /* It takes the folder as ".": a name may hold what is no text to it. */
    if (chdir(folder) == 0)
        execvp(arguments[0], arguments);
    if (errno == ENOENT)
        fputs(not_installed, stderr);
    else
        fprintf(stderr, "it cannot be started: %s", strerror(errno));
    fflush(stderr);
}

/* Until it has ended. Whoever else has its end of a pipe is not waited for. */
static int wait_for_end(struct channel *channel, int64_t deadline_ns)
{
    for (;;) {
        int64_t look_ns = clock_now_ns() + LOOK_NS;
        if (channel_close(channel, look_ns < deadline_ns ? look_ns : deadline_ns) == 0)
            return 0;
        if (interrupt_signal())
            return -EINTR;
        if (clock_now_ns() >= deadline_ns)
            return -ETIMEDOUT;
    }
}

static int judge_end(const struct channel *channel, struct error *error)
{
    if (strcmp(channel->last_words, not_installed) == 0)
        return error_set(error, -ENOENT, "%s", not_installed);
    if (WIFEXITED(channel->status) && channel->last_words_length > 0)
        return error_set(error, -EIO, "gnuplot failed: %s", channel->last_words);
    char end[512];
    channel_describe_end(channel, end, sizeof end);
    return error_set(error, -EIO, "gnuplot failed: it %s", end);
}

static int start(struct gnuplot *gnuplot, const char *folder, struct error *error)
{
    if (gnuplot->is_running && strcmp(gnuplot->folder, folder) == 0)
        return 0;
    gnuplot_finish(gnuplot);
    snprintf(gnuplot->folder, sizeof gnuplot->folder, "%s", folder);
    gnuplot->channel = (struct channel){.pid = -1};
    int result = channel_start(&gnuplot->channel, become_gnuplot, gnuplot->folder, error);
    gnuplot->is_running = result == 0;
    return result;
}

/* "text" in single quotes, in which gnuplot takes all but the quote for itself. */
static void write_quoted(const char *text, FILE *out)
{
    fputc('\'', out);
    for (; *text; text++)
        fprintf(out, *text == '\'' ? "''" : "%c", *text);
    fputc('\'', out);
}

/* Text of anybody's making, in double quotes: each byte of ASCII that gnuplot could take for more
 * than itself is an octal escape. A text that begins with a single quote cannot be in single ones:
 * gnuplot 5.4 takes the first two for an empty string. */
static void write_escaped(const char *text, FILE *out)
{
    fputc('"', out);
    for (; *text; text++)
        if (isalnum((unsigned char)*text) || (unsigned char)*text >= 0x80 || strchr(" ,.:-", *text))
            fputc(*text, out);
        else
            fprintf(out, "\\%03o", (unsigned char)*text);
    fputc('"', out);
}

static int assign(struct channel *channel, const char *name, const char *value)
{
    char *line = NULL;
    size_t size = 0;
    FILE *text = alloc_checked(open_memstream(&line, &size));
    fprintf(text, "%s = ", name);
    write_escaped(value, text);
    fclose(text);
    int result = channel_write(channel, alloc_checked(line));
    free(line);
    return result;
}

static int call(struct channel *channel, const char *script, const char *name, const char *out)
{
    char *line = NULL;
    size_t size = 0;
    FILE *text = alloc_checked(open_memstream(&line, &size));
    fputs("call ", text);
    write_quoted(script, text);
    fputs(" '.' ", text);
    write_quoted(out, text);
    fputc(' ', text);
    write_quoted(name, text);
    fclose(text);
    int result = channel_write(channel, alloc_checked(line));
    free(line);
    return result;
}

/* What gnuplot is told, line by line. The session begins anew for each picture; what the SVG
 * terminal still remembers is the colour it had last, which drawing nothing resets. */
static int tell(struct channel *channel, const char *script, const char *name, const char *out,
                const struct gnuplot_words *words)
{
    static const char *const before[] = {
        "reset session", "reset errors",    "set terminal svg", "set output '/dev/null'",
        "set multiplot", "unset multiplot", "unset output",
    };
    static const char *const after[] = {"unset output", "set print '-'",
                                        "print GPVAL_ERRNO ? '" FAILED "' : '" DRAWN "'"};
    int result = 0;
    for (size_t i = 0; result == 0 && i < sizeof before / sizeof *before; i++)
        result = channel_write(channel, before[i]);
    if (result == 0)
        result = assign(channel, "HEADLINE", words->headline);
    if (result == 0)
        result = assign(channel, "FOOT", words->foot);
    if (result == 0)
        result = call(channel, script, name, out);
    for (size_t i = 0; result == 0 && i < sizeof after / sizeof *after; i++)
        result = channel_write(channel, after[i]);
    return result;
}

/* Until it says what became of the picture; it may say other things before. Returns 0; 1 when it
 * has failed or ended; or -errno. */
static int wait_for_picture(struct channel *channel, int64_t deadline_ns)
{
    char line[CHANNEL_LINE_MAX];
    for (;;) {
        int result = channel_read(channel, line, deadline_ns);
        if (result == -EPIPE || (result == 0 && strcmp(line, FAILED) == 0))
            return 1;
        if (result < 0 || strcmp(line, DRAWN) == 0)
            return result;
    }
}

/* What it has to say is complete when it has ended. */
static int find_reason(struct channel *channel, int64_t deadline_ns, struct error *error)
{
    int result = wait_for_end(channel, deadline_ns);
    return result == 0 ? judge_end(channel, error) : result;
}

int gnuplot_draw(struct gnuplot *gnuplot, const char *script, const char *folder, const char *name,
                 const char *out, const struct gnuplot_words *words, int64_t deadline_ns,
                 struct error *error)
{
    struct channel *channel = &gnuplot->channel;
    int64_t begin_ns = clock_now_ns();
    int result = start(gnuplot, folder, error);
    if (result < 0)
        return result;
    result = tell(channel, script, name, out, words);
    if (result == 0)
        result = wait_for_picture(channel, deadline_ns);
    if (result == 0)
        return 0;
    if (result == 1 || result == -EPIPE)
        result = find_reason(channel, deadline_ns, error);
    if (result == -EINTR)
        error_set(error, result, "interrupted");
    else if (result == -ETIMEDOUT)
        error_set(error, result, "gnuplot took over %.0f s for %s",
                  (double)(clock_now_ns() - begin_ns) / NS_PER_SECOND, script);
    else if (result != -EIO && result != -ENOENT)
        error_set(error, result, "gnuplot cannot be spoken to: %s", strerror(-result));
    channel_finish(channel);
    gnuplot->is_running = false;
    return result;
}

int gnuplot_look(struct error *error)
{
    return programs_look("gnuplot") == -ENOENT ? error_set(error, -ENOENT, "%s", not_installed) : 0;
}

void gnuplot_finish(struct gnuplot *gnuplot)
{
    if (!gnuplot->is_running)
        return;
    wait_for_end(&gnuplot->channel, clock_now_ns() + END_NS);
    channel_finish(&gnuplot->channel);
    gnuplot->is_running = false;
}
