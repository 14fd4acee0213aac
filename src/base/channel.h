/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A child process on a line-by-line channel: what the runner writes is the child's stdin, what the
 * child prints comes back a line at a time, and its last words on stderr are kept for the note. */
#ifndef WAITBENCH_BASE_CHANNEL_H
#define WAITBENCH_BASE_CHANNEL_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define CHANNEL_LINE_MAX 1024

/* A child that this process may not kill gets so long to end by itself. */
#define CHANNEL_UNKILLABLE_SECONDS 2

struct channel {
    pid_t pid; /* -1 once reaped */
    int status;
    int input_fd;  /* the child's stdin; -1 once closed */
    int output_fd; /* the child's stdout */
    int error_fd;  /* the child's stderr, or -1 */
    char buffer[4096];
    size_t buffered;
    char last_words[256]; /* the last line on stderr, without its newline, as utf8_printable has it
                           */
    char last_bytes[256]; /* the same as it came, but for NULs */
    size_t last_words_length; /* of the latter */
    bool last_words_ended;
};

/* What a child does after the fork, with its ends of the channel as fds 0, 1 and 2. A child that
 * returns has failed: it ends with status 1. */
typedef void channel_child(void *argument);

/* Forks a child that dies with this process (PR_SET_PDEATHSIG) and leads a process group of its
 * own, so that a Ctrl-C at the terminal reaches the runner alone. Returns 0 or -errno with `error`
 * set. */
int channel_start(struct channel *channel, channel_child *child, void *argument,
                  struct error *error);

/* Writes a line; the newline is added. Returns 0, or -errno (-EPIPE when the child is gone). */
int channel_write(struct channel *channel, const char *line);

/* Reads the next line without its newline into `line` of CHANNEL_LINE_MAX bytes; a longer one is
 * cut, and bytes that are not printable ASCII read as '?'. Returns 0;
 * -ETIMEDOUT; -EPIPE when the child closed its stdout; -EMSGSIZE for a line over 4 KiB; -EINTR when
 * an interrupt came (base/interrupt.h). */
int channel_read(struct channel *channel, char *line, int64_t deadline_ns);

/* True when the child has ended; it is reaped then and `status` is set. */
bool channel_ended(struct channel *channel);

/* True when the child is stopped, as one in the background is that reads from the terminal. */
bool channel_is_stopped(const struct channel *channel);

/* Closes the child's stdin and waits for it until the deadline, reading on whatever it prints.
 * Returns 0 with `status` set, -ETIMEDOUT, or -EINTR when an interrupt came. */
int channel_close(struct channel *channel, int64_t deadline_ns);

/* Kills what is left of the child and its process group, reaps it, and closes the channel. A child
 * that is another user's sees the end of its stdin, and is left behind if that does not end it
 * within CHANNEL_UNKILLABLE_SECONDS. Fine to call twice, and on a channel that was zeroed with pid
 * -1 and never started. */
void channel_finish(struct channel *channel);

/* "exited with status 3", "was killed by signal 11 (Segmentation fault)"; with the last words on
 * stderr behind a colon where there are some. */
void channel_describe_end(const struct channel *channel, char *text, size_t size);

#endif
