/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options every server subject takes, meaning the same in each model. */
#ifndef WAITBENCH_SUBJECT_OPTIONS_H
#define WAITBENCH_SUBJECT_OPTIONS_H

#include "subject/parameter.h"
#include "subject/work.h"

#include <stdint.h>

#define SUBJECT_LOOPS_MAX       1024
#define SUBJECT_POOL_SIZE       4    /* threads of libuv's pool unless one says otherwise */
#define SUBJECT_POOL_SIZE_MAX   1024 /* of which libuv takes no more */
#define SUBJECT_STACK_BYTES_MAX (INT64_C(1) << 30)

/* Which options beyond the common ones a program takes, or which of them it does not. */
enum subject_feature {
    SUBJECT_HAS_STACK_SIZE = 1, /* --stack-size */
    SUBJECT_HAS_LOOPS = 2,      /* --loops */
    /* Not --request-size: the protocol itself says where a request ends and what its number is. */
    SUBJECT_HAS_PROTOCOL = 4,
};

struct subject_options {
    const char *host;      /* numeric IPv4 address to bind; default 127.0.0.1 */
    int64_t stack_bytes;   /* of each waiter's thread; 0 = the system's default */
    int64_t loops;         /* how many event loops; default 1 */
    int64_t hold_bytes;    /* live heap per connection */
    int64_t request_bytes; /* how many bytes make a request; 0 = each read that brought data */
    struct work work;      /* per request */
};

/* The first thing a server does: what of standard input, output and error is closed becomes
 * /dev/null, and `options` is filled from the command line, as is what `own` says, the program's
 * own parameters (NULL: none). Prints a line and exits 2 on wrong usage, 0 on --help. `features` is
 * a sum of subject_feature. */
void subject_options_parse(struct subject_options *options, unsigned features,
                           const struct parameter *own, int argc, char **argv);

#endif
