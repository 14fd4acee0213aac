/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "blocking.h"

#include "base/clock.h"
#include "base/draw.h"

static const char *const calls[] = {
    [BLOCKING_CALL_INLINE] = "inline",
    [BLOCKING_CALL_POOL] = "pool",
    NULL,
};

static void check(const struct blocking *blocking, unsigned features)
{
    bool pool = blocking->block_call == BLOCKING_CALL_POOL;
    if (blocking->block_us > 0 && blocking->block_every == 0)
        parameters_refuse("--block-us needs --block-every, which says how many block");
    if (blocking->block_every > 0 && blocking->server.options.request_bytes < REQUEST_NUMBER_BYTES)
        parameters_refuse(
            "--block-every needs --request-size, of at least %d bytes: the number that "
            "each request begins with decides whether it blocks",
            REQUEST_NUMBER_BYTES);
    if (pool && !(features & SUBJECT_HAS_LOOPS))
        parameters_refuse("--block-call pool is for the loop model only");
    if (blocking->pool_size > 0 && !pool)
        parameters_refuse("--pool-size is for --block-call pool");
}

void blocking_init(struct blocking *blocking, unsigned features, int argc, char **argv)
{
    *blocking = (struct blocking){0};
    const struct parameter own[] = {
        {"block-us", NULL, "how long a request that blocks does (0)", &blocking->block_us, 0,
         BLOCKING_US_MAX, NULL, NULL},
        {"block-every", NULL,
         "one request in so many blocks, drawn as those of --work-slow-every are (0: none)",
         &blocking->block_every, 0, INT64_MAX, NULL, NULL},
        {"block-call", NULL, "who makes the call that blocks (inline)", &blocking->block_call, 0, 0,
         calls, NULL},
        {"pool-size", NULL, "threads of the pool that makes it (4)", &blocking->pool_size, 1,
         SUBJECT_POOL_SIZE_MAX, NULL, NULL},
        {0},
    };
    server_init(&blocking->server, features, own, argc, argv);
    check(blocking, features);
    if (blocking->block_call == BLOCKING_CALL_POOL && blocking->pool_size == 0)
        blocking->pool_size = SUBJECT_POOL_SIZE;
}

static bool is_blocking(const struct blocking_connection *connection)
{
    const struct subject_options *options = &connection->base.server->options;
    return request_is_complete(&connection->request, options->request_bytes) &&
           draw_is_slow(options->work.seed, connection->request.number,
                        blocking_of(connection)->block_every);
}

struct blocking_step blocking_step(struct blocking_connection *connection, const char *bytes,
                                   size_t length)
{
    size_t ready = 0;
    while (ready < length) {
        size_t taken = server_connection_take(&connection->base, &connection->request,
                                              bytes + ready, length - ready);
        if (is_blocking(connection))
            return (struct blocking_step){ready, taken};
        ready += taken;
    }
    return (struct blocking_step){ready, 0};
}

/* Against a deadline: a sleep of that length would begin when it has been set up, and last longer.
 */
void blocking_call(const struct blocking *blocking)
{
    clock_sleep_until_ns(clock_now_ns() + blocking->block_us * NS_PER_US);
}
