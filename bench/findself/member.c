/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "member.h"

#include "base/clock.h"
#include "base/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Generous: nothing that is merely slow may fail. */
#define PATIENCE_NS (30 * NS_PER_SECOND)

static int64_t patience_ends_ns(void)
{
    return clock_now_ns() + PATIENCE_NS;
}

/* A line that begins with `word` and a space; what follows is copied to `rest`. */
static int expect_line(struct member *member, const char *word, char *rest, size_t size,
                       struct error *error)
{
    char line[128];
    int result = child_read_line(&member->child, line, sizeof line, patience_ends_ns());
    size_t length = strlen(word);
    if (result != 0)
        return error_set(error, result, "%s did not say '%s': %s", member->address.text, word,
                         strerror(-result));
    if (strncmp(line, word, length) != 0 || line[length] != ' ')
        return error_set(error, -EPROTO, "%s said '%s' instead of '%s'", member->address.text, line,
                         word);
    snprintf(rest, size, "%s", line + length + 1);
    return 0;
}

int member_start(struct member *member, int64_t deadline_ms, struct error *error)
{
    char deadline[24], search_after[24], port[24];
    snprintf(deadline, sizeof deadline, "%" PRId64, deadline_ms);
    snprintf(search_after, sizeof search_after, "%" PRId64, *member->cluster->search_after_ms);
    const char *const arguments[] = {
        "findself",      "--listen", member->address.text, "--addresses", member->addresses,
        "--deadline-ms", deadline,   "--search-after-ms",  search_after,  NULL};
    for (int i = 0; i < CLUSTER_REQUESTS_MAX; i++)
        member->clients[i].fd = -1;
    clock_sleep_until_ns(member->start_at_ns);
    int result = child_start(&member->child, arguments);
    if (result != 0)
        return error_set(error, result, "cannot start a server: %s", strerror(-result));
    return expect_line(member, "listening", port, sizeof port, error);
}

/* `found ADDRESS NANOSECONDS BEGAN`, and the address is the server's own. */
static int expect_found(struct member *member, struct error *error)
{
    char rest[128];
    int result = expect_line(member, "found", rest, sizeof rest, error);
    if (result != 0)
        return result;
    char *space;
    const char *address = strtok_r(rest, " ", &space);
    const char *found = strtok_r(NULL, " ", &space);
    const char *began = strtok_r(NULL, " ", &space);
    if (!began || text_parse_int64(found, 0, INT64_MAX, &member->found_ns) != 0 ||
        text_parse_int64(began, 0, member->found_ns, &member->search_began_ns) != 0 ||
        strcmp(address, member->address.text) != 0)
        return error_set(error, -EPROTO, "%s took itself for %s", member->address.text, rest);
    return 0;
}

static int expect_answer(struct member *member, struct client *client, struct error *error)
{
    char body[HTTP_TEXT_MAX];
    int status = client_receive(client, body);
    if (status != HTTP_OK || strcmp(body, member->address.text) != 0)
        return error_set(error, -EPROTO, "%s answered %d '%s'", member->address.text, status,
                         status > 0 ? body : strerror(-status));
    return 0;
}

static int expect_patience(const struct member *member, struct error *error)
{
    for (int64_t i = 0; i < member->cluster->requests; i++)
        if (member->clients[i].answered_ns < member->found_ns)
            return error_set(error, -EPROTO, "%s answered before it knew itself",
                             member->address.text);
    return 0;
}

static int send_request(struct member *member, struct client *client, struct error *error)
{
    int result = client_send(client, &member->address);
    if (result != 0)
        error_set(error, result, "cannot ask %s: %s", member->address.text, strerror(-result));
    return result;
}

/* The answers are received first: the server's line waits in its pipe, an answer would be late. */
int member_drive(struct member *member, struct error *error)
{
    int result = 0;
    for (int64_t i = 0; i < member->cluster->requests && result == 0; i++)
        result = send_request(member, &member->clients[i], error);
    for (int64_t i = 0; i < member->cluster->requests && result == 0; i++)
        result = expect_answer(member, &member->clients[i], error);
    if (result == 0)
        result = expect_found(member, error);
    return result == 0 ? expect_patience(member, error) : result;
}

int member_drive_lost(struct member *member, int64_t deadline_ms, struct error *error)
{
    char body[HTTP_TEXT_MAX];
    struct client *client = &member->clients[0];
    int result = send_request(member, client, error);
    if (result != 0)
        return result;
    int status = client_receive(client, body);
    if (status != HTTP_SERVICE_UNAVAILABLE)
        return error_set(error, -EPROTO, "a lost server answered %d", status);
    /* A loop's timer counts whole milliseconds of a clock that is read once per turn. */
    if (client->answered_ns - client->sent_ns < (deadline_ms - 1) * NS_PER_MS)
        return error_set(error, -EPROTO, "a lost server gave up before its deadline");
    return 0;
}

int member_end(struct member *member, struct error *error)
{
    for (int i = 0; i < CLUSTER_REQUESTS_MAX; i++)
        client_close(&member->clients[i]);
    if (child_end(&member->child, patience_ends_ns()) != 0)
        return error_set(error, -EPROTO, "%s did not end well", member->address.text);
    return 0;
}
