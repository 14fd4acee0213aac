/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One load generator behind a prefix, seen from the run (hello.h has what is spoken). */
#ifndef WAITBENCH_CLIENTS_CLIENT_H
#define WAITBENCH_CLIENTS_CLIENT_H

#include "base/channel.h"
#include "base/error.h"
#include "clients/hello.h"
#include "load/options.h"
#include "load/result.h"
#include "measure/floor/round_trips.h"

#include <stdbool.h>
#include <stdint.h>

/* How long it may take to start: who has to ask somebody for a password will not. */
#define CLIENT_START_SECONDS 30
/* For a short answer, and while it connects, from one sign of life to the next. */
#define CLIENT_ANSWER_SECONDS 20

struct client {
    const char *prefix; /* borrowed */
    char **argv;        /* the prefix's words and the program's */
    struct channel channel;
    bool running;
    struct hello hello;
    bool local;               /* on this machine, and so on its CPUs */
    struct round_trips floor; /* of the path to it; count 0: not measured */
    int64_t offset_ns;        /* its clock is so far ahead of this one's */
    int64_t exchange_ns; /* as the quickest question and answer said; half of it is the error */
    int64_t quickest_ns; /* likewise, since it was started */
    int64_t slowest_ns;  /* question and answer */
    int64_t cpu_ns;      /* CPU time of its process, as it said last; 0: not yet */
};

/* Splits the prefix into words and puts the program behind them: this very one, unless the last
 * word is the path of a `waitbench`. Starts nothing. Returns 0, or -EINVAL or -ENOMEM with `error`
 * set; client_finish is due in any case. */
int client_init(struct client *client, const char *prefix, struct error *error);

/* Starts it and compares versions and clocks; of what runs already the clocks only. One that has
 * ended between two loads is started again. Returns 0 or
 * -errno with `error` naming the client. */
int client_start(struct client *client, const struct hello *own, struct error *error);

/* Compares clocks again, of one that runs. The same otherwise. */
int client_compare_clocks(struct client *client, struct error *error);

/* Ends it at once, if it runs. */
void client_kill(struct client *client);

/* Ends it and frees. Fine on a zeroed one. */
void client_finish(struct client *client);

/* Says a line. Returns 0 or -errno with `error` naming the client. */
int client_say(struct client *client, struct error *error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Returns `code` with `error` set to "client 'PREFIX' TEXT". */
int client_fault(const struct client *client, int code, const char *text, struct error *error);

/* What a channel_read of it for so many seconds came to. Returns 0 for a line that is no error of
 * its own, else as client_read does. */
int client_judge(struct client *client, int result, const char *line, double seconds,
                 struct error *error);

/* Reads a line of CHANNEL_LINE_MAX bytes within so many seconds. Returns 0, or -errno with `error`
 * naming the client and saying how it ended, what it says is wrong, or that it is silent. */
int client_read(struct client *client, char *line, double seconds, struct error *error);

/* Takes a line "WORD COUNT CPU_NS" as it comes at both ends of a load: `count` is from 0 to `most`,
 * and the CPU time is kept. Returns 1, 0 for another word, or -EPROTO with `error` naming the
 * client. */
int client_take_count(struct client *client, const char *line, const char *word, int64_t most,
                      int64_t *count, struct error *error);

/* Reads a line that begins with that word and a number. The same otherwise; -EPROTO for another. */
int client_read_number(struct client *client, const char *word, int64_t *number, double seconds,
                       struct error *error);

/* Has it load with its share; `options` are what it is to do. Returns when it was told. */
int client_load(struct client *client, const struct load_options *options, struct error *error);

/* Reads the lines of a result behind "ended", for the caller to finish in any case. */
int client_read_result(struct client *client, struct load_result *result, struct error *error);

/* Asks for its excursions of over so long, and adds them. */
int client_add_excursions(struct client *client, int64_t longer_than_ns,
                          int64_t other_longer_than_ns, struct load_result *whole,
                          struct error *error);

/* Measures the round trip from it to a port of that host. */
int client_find_floor(struct client *client, const char *host, int port, struct error *error);

#endif
