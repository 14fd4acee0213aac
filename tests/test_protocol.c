/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The seam between the load and what is spoken: echo's side of it, and that the generator gets on
 * with a protocol unlike echo. */
#include "base/clock.h"
#include "load_server.h"
#include "toy_protocol.h"

#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define SIZE        100
#define CONNECTIONS 4

static void test_protocols_have_names(void **state)
{
    char names[64];
    (void)state;
    const struct protocol *echo = protocol_find("echo");
    assert_non_null(echo);
    assert_ptr_equal(protocol_default(), echo);
    assert_null(protocol_find("gopher"));
    assert_null(protocol_find(""));
    protocol_names(names, sizeof names);
    assert_non_null(strstr(names, "echo"));
    protocol_names(names, 3);
    assert_string_equal(names, "ec");
    assert_non_null(protocol_find_option(echo, "size"));
    assert_null(protocol_find_option(echo, "depth"));
}

struct echo {
    struct messages messages;
    struct exchange exchange;
    unsigned char request[SIZE + 1];
};

static int set_up(void **state)
{
    const struct protocol_settings settings = {.size_bytes = SIZE, .seed = 3};
    struct echo *echo = calloc(1, sizeof *echo);
    if (!echo || messages_init(&echo->messages, protocol_find("echo"), &settings) < 0)
        return -1;
    echo->exchange = (struct exchange){.number = 77, .request_bytes = SIZE, .sent = SIZE};
    echo->messages.protocol->fill(echo->messages.shared, 77, 0, echo->request, SIZE);
    *state = echo;
    return 0;
}

static int tear_down(void **state)
{
    struct echo *echo = *state;
    messages_finish(&echo->messages);
    free(echo);
    return 0;
}

/* What the next bytes of the request make of the reply, as a connection would have them checked. */
static enum reply_state take(struct echo *echo, size_t length)
{
    enum reply_state reply = echo->messages.protocol->check(
        echo->messages.shared, &echo->exchange, echo->request + echo->exchange.received, length);
    echo->exchange.received += length;
    return reply;
}

static void test_an_echo_is_whole_with_its_last_byte(void **state)
{
    struct echo *echo = *state;
    assert_int_equal(echo->messages.protocol->request_bytes(echo->messages.shared, 77), SIZE);
    for (size_t i = 0; i < SIZE - 1; i++)
        assert_int_equal(take(echo, 1), REPLY_PART);
    assert_int_equal(take(echo, 1), REPLY_WHOLE);
    assert_false(echo->exchange.closes);
}

static void test_a_wrong_byte_is_a_wrong_echo(void **state)
{
    struct echo *echo = *state;
    char text[64];
    assert_int_equal(take(echo, SIZE / 2), REPLY_PART);
    echo->request[SIZE - 1] ^= 1;
    assert_int_equal(take(echo, SIZE - SIZE / 2), REPLY_WRONG);
    echo->messages.protocol->describe(&echo->exchange, text, sizeof text);
    assert_string_equal(text, "not the bytes that were sent");
}

static void test_an_echo_of_another_request_is_wrong(void **state)
{
    struct echo *echo = *state;
    echo->exchange.number = 78;
    assert_int_equal(take(echo, SIZE), REPLY_WRONG);
}

static void test_an_echo_has_no_byte_too_many(void **state)
{
    struct echo *echo = *state;
    assert_int_equal(take(echo, SIZE + 1), REPLY_WRONG);
}

static void test_an_echo_before_its_request_is_wrong(void **state)
{
    struct echo *echo = *state;
    echo->exchange.sent = 10;
    assert_int_equal(take(echo, 10), REPLY_PART);
    assert_int_equal(take(echo, 1), REPLY_WRONG);
}

/* How a toy server answers. */
struct manners {
    bool closes;    /* the connection, after each reply */
    int fail_every; /* replies of a connection of which one is an error; 0: none */
    bool is_wrong;  /* from the second reply on */
};

struct toy_client {
    int fd;
    struct manners manners;
};

/* Of another length each time, and the head in two pieces. Returns whether to go on. */
static bool toy_answer(const struct toy_client *client, uint64_t number, int count)
{
    const struct manners *manners = &client->manners;
    bool fails = manners->fail_every > 0 && count % manners->fail_every == 0;
    size_t length = number * 37 % 3000;
    char reply[TOY_HEAD_MAX + 3000];
    int head = snprintf(reply, sizeof reply, "%d %zu %s\n", fails ? 503 : 200, length,
                        manners->closes ? "close" : "keep");
    memset(reply + head, toy_letter(number), length);
    if (manners->is_wrong && count > 1)
        reply[0] = 'x';
    return send(client->fd, reply, 2, MSG_NOSIGNAL) == 2 &&
           send(client->fd, reply + 2, (size_t)head - 2 + length, MSG_NOSIGNAL) > 0 &&
           !manners->closes;
}

static void *toy_serve(void *argument)
{
    struct toy_client *client = argument;
    FILE *in = fdopen(client->fd, "r");
    char line[TOY_REQUEST_MAX];
    uint64_t number;
    bool goes_on = true;
    for (int count = 1; goes_on && fgets(line, sizeof line, in); count++)
        goes_on = sscanf(line, "ask %" SCNu64, &number) == 1 && toy_answer(client, number, count);
    fclose(in);
    free(client);
    return NULL;
}

static void toy_listen(int listener, struct manners manners)
{
    const int on = 1; /* accepted sockets have it from the listener */
    setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    for (;;) {
        pthread_t thread;
        struct toy_client *client = malloc(sizeof *client);
        *client = (struct toy_client){accept(listener, NULL, NULL), manners};
        if (client->fd < 0 || pthread_create(&thread, NULL, toy_serve, client) != 0)
            _exit(1);
        pthread_detach(thread);
    }
}

static void toy_keeps(int listener)
{
    toy_listen(listener, (struct manners){0});
}

static void toy_closes(int listener)
{
    toy_listen(listener, (struct manners){.closes = true});
}

static void toy_fails(int listener)
{
    toy_listen(listener, (struct manners){.fail_every = 3});
}

static void toy_is_wrong(int listener)
{
    toy_listen(listener, (struct manners){.is_wrong = true});
}

struct outcome {
    struct load_result result;
    bool valid;
    bool away; /* for others had its CPU, whatever else */
    char note[512];
};

/* With windows that grow until one holds `least` answers: a busy machine may take its time. */
static void put_load(server_main *main, struct load_options *options, int64_t least,
                     struct outcome *outcome)
{
    struct server server = {0};
    struct load_result *result = &outcome->result;
    assert_int_equal(server_start(&server, main), 0);
    options->protocol = &toy_protocol;
    options->port = server.port;
    for (int i = 0; i < 8; i++) {
        struct error error = {.text = ""};
        int code = load_run(options, result, &error);
        assert_string_equal(error.text, "");
        assert_int_equal(code, 0);
        assert_int_equal(result->offered, result->answered + result->lost + result->failed);
        outcome->valid = load_result_note(options, result, outcome->note, sizeof outcome->note);
        outcome->away = load_result_was_away(result, LOAD_AWAY_WRONG);
        load_result_finish(result);
        if (result->answered >= least && result->replies >= least)
            break;
        options->duration_ns *= 2;
    }
    assert_int_equal(server_stop(&server), 0);
}

static struct load_options toy_load(bool closed)
{
    struct load_options options;
    load_options_init(&options);
    options.connections = options.active = CONNECTIONS;
    options.closed = closed;
    options.rate_per_second = closed ? 0 : 500;
    options.block = true;
    options.size_bytes = 0; /* it has no use for it */
    options.warmup_ns = 50 * NS_PER_MS;
    options.duration_ns = 200 * NS_PER_MS;
    return options;
}

static void test_replies_of_any_length(void **state)
{
    (void)state;
    for (int closed = 0; closed <= 1; closed++) {
        struct load_options options = toy_load(closed);
        struct outcome outcome;
        put_load(toy_keeps, &options, 20, &outcome);
        assert_true(outcome.valid || outcome.away);
        assert_int_equal(outcome.result.failed, 0);
        assert_int_equal(outcome.result.reconnects, 0);
    }
}

static void test_a_reply_that_ends_its_connection(void **state)
{
    (void)state;
    for (int closed = 0; closed <= 1; closed++) {
        struct load_options options = toy_load(closed);
        struct outcome outcome;
        put_load(toy_closes, &options, 20, &outcome);
        assert_true(outcome.valid || outcome.away);
        assert_int_equal(outcome.result.failed, 0);
        /* The greeting's reply was the first connection's last. */
        assert_true(outcome.result.reconnects >= outcome.result.answered);
    }
}

static void test_an_idle_connection_must_stay_open(void **state)
{
    struct load_options options = toy_load(true);
    struct outcome outcome;
    (void)state;
    options.active = 1;
    put_load(toy_closes, &options, 0, &outcome);
    assert_false(outcome.valid);
    assert_int_equal(outcome.result.connected, 1);
    assert_int_equal(outcome.result.errors[LOAD_ERROR_CLOSED], CONNECTIONS - 1);
}

static void test_an_error_reply_fails_its_request_only(void **state)
{
    (void)state;
    for (int closed = 0; closed <= 1; closed++) {
        struct load_options options = toy_load(closed);
        struct outcome outcome;
        put_load(toy_fails, &options, 20, &outcome);
        const struct load_result *result = &outcome.result;
        assert_false(outcome.valid);
        assert_true(result->failed > 0);
        assert_true(result->errors[LOAD_ERROR_REPLY] >= result->failed);
        assert_int_equal(load_result_error_count(result), result->errors[LOAD_ERROR_REPLY]);
        /* Two of three are good, on all connections to the end. */
        assert_true(result->answered > result->failed);
        assert_int_equal(result->hung, 0);
        assert_non_null(strstr(outcome.note, " error reply (first: connection "));
        assert_non_null(strstr(outcome.note, ": error reply: status 503)"));
    }
}

static void test_a_wrong_reply_breaks_its_connection(void **state)
{
    struct load_options options = toy_load(true);
    struct outcome outcome;
    (void)state;
    put_load(toy_is_wrong, &options, 0, &outcome);
    assert_false(outcome.valid);
    assert_int_equal(outcome.result.errors[LOAD_ERROR_WRONG], CONNECTIONS);
    assert_int_equal(outcome.result.answered, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_protocols_have_names),
        cmocka_unit_test_setup_teardown(test_an_echo_is_whole_with_its_last_byte, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_a_wrong_byte_is_a_wrong_echo, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_an_echo_of_another_request_is_wrong, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_an_echo_has_no_byte_too_many, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_an_echo_before_its_request_is_wrong, set_up,
                                        tear_down),
        cmocka_unit_test(test_replies_of_any_length),
        cmocka_unit_test(test_a_reply_that_ends_its_connection),
        cmocka_unit_test(test_an_idle_connection_must_stay_open),
        cmocka_unit_test(test_an_error_reply_fails_its_request_only),
        cmocka_unit_test(test_a_wrong_reply_breaks_its_connection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
