/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the load generator says of servers that stop answering, and that it waits for none of them
 * when it is told to stop. */
#include "base/clock.h"
#include "load/connection/listen_queue.h"
#include "load_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/time.h>

#include <cmocka.h>

#define CONNECTIONS 10

struct outcome {
    struct load_result result;
    bool valid;
    char note[512];
};

static struct load_options closed_load(const struct server *server)
{
    struct load_options options;
    load_options_init(&options);
    options.port = server->port;
    options.connections = options.active = CONNECTIONS;
    options.closed = true;
    options.block = true;
    options.warmup_ns = 100 * NS_PER_MS;
    options.duration_ns = 300 * NS_PER_MS;
    options.drain_ns = 500 * NS_PER_MS;
    return options;
}

static void put_load(const struct load_options *options, struct outcome *outcome)
{
    struct error error = {.text = ""};
    int code = load_run(options, &outcome->result, &error);
    assert_string_equal(error.text, "");
    assert_int_equal(code, 0);
    const struct load_result *result = &outcome->result;
    assert_int_equal(result->offered, result->answered + result->lost + result->failed);
    outcome->valid = load_result_note(options, result, outcome->note, sizeof outcome->note);
}

/* That many connections are found to hang, and the row is not valid for it. A busy machine may keep
 * a good connection from being answered; with more and more time it is the server's doing that is
 * seen. The outcome's histograms are gone. */
static void assert_hung(struct load_options *options, int64_t hung, struct outcome *outcome)
{
    bool seen = false;
    for (int i = 0; !seen && i < 6; i++) {
        put_load(options, outcome);
        load_result_finish(&outcome->result);
        seen = !outcome->valid && outcome->result.hung == hung;
        options->duration_ns *= 2;
        options->drain_ns *= 2;
    }
    assert_true(seen);
    assert_true(outcome->result.lost >= hung);
}

static void with_server(server_main *main, void (*test)(const struct server *server))
{
    struct server server = {0};
    assert_int_equal(server_start(&server, main), 0);
    test(&server);
    assert_int_equal(server_stop(&server), 0);
}

static void all_hang(const struct server *server)
{
    struct outcome outcome;
    struct load_options options = closed_load(server);
    put_load(&options, &outcome);
    assert_false(outcome.valid);
    assert_int_equal(outcome.result.offered, CONNECTIONS);
    assert_int_equal(outcome.result.lost, CONNECTIONS);
    assert_int_equal(outcome.result.hung, CONNECTIONS);
    assert_int_equal(outcome.result.never_answered, CONNECTIONS);
    assert_int_equal(histogram_count(outcome.result.service), CONNECTIONS);
    assert_true(histogram_min_ns(outcome.result.service) >= options.duration_ns);
    assert_true(outcome.result.silence_ns > 0);
    assert_non_null(strstr(outcome.note, "none of 10 requests was answered"));
    assert_non_null(strstr(outcome.note, "10 of 10 active connections hang, 10 without a reply"));
    load_result_finish(&outcome.result);
}

static void test_all_connections_hang(void **state)
{
    (void)state;
    with_server(server_all_hang, all_hang);
}

static void half_hang(const struct server *server)
{
    struct outcome outcome;
    struct load_options options = closed_load(server);
    assert_hung(&options, CONNECTIONS / 2, &outcome);
    assert_int_equal(outcome.result.never_answered, CONNECTIONS / 2);
    assert_non_null(strstr(outcome.note, "5 of 10 active connections hang, 5 without a reply"));
}

static void test_every_second_connection_hangs(void **state)
{
    (void)state;
    with_server(server_every_second_hangs, half_hang);
}

/* Whether the one answer falls into the window or before it. */
static void answers_once(const struct server *server)
{
    struct outcome outcome;
    struct load_options options = closed_load(server);
    assert_hung(&options, CONNECTIONS, &outcome);
    options = closed_load(server);
    options.warmup_ns = 0;
    assert_hung(&options, CONNECTIONS, &outcome);
}

static void test_only_the_first_request_is_answered(void **state)
{
    (void)state;
    with_server(server_answers_once, answers_once);
}

static void half_hang_openly(const struct server *server)
{
    struct outcome outcome;
    struct load_options options = closed_load(server);
    options.closed = false;
    options.constant = true;
    options.rate_per_second = 200;
    assert_hung(&options, CONNECTIONS / 2, &outcome);
}

static void test_an_open_loop_names_hung_connections_too(void **state)
{
    (void)state;
    with_server(server_every_second_hangs, half_hang_openly);
}

/* Forty requests at a hundredth of a second each take as long as warm-up, window and drain
 * together, so that some are lost: their turn had not come. */
static void slow_is_not_hung(const struct server *server)
{
    struct load_options options = closed_load(server);
    options.connections = options.active = 40;
    options.drain_ns = 10 * NS_PER_MS;
    bool seen = false;
    for (int i = 0; !seen && i < 6; i++) {
        struct outcome outcome;
        put_load(&options, &outcome);
        bool valid = outcome.valid || load_result_was_away(&outcome.result, LOAD_AWAY_WRONG);
        seen = valid && outcome.result.hung == 0 && outcome.result.lost > 0;
        load_result_finish(&outcome.result);
    }
    assert_true(seen);
}

static void test_who_waits_for_its_turn_does_not_hang(void **state)
{
    (void)state;
    with_server(server_slow, slow_is_not_hung);
}

static void nothing_due(const struct server *server)
{
    struct outcome outcome;
    struct load_options options = closed_load(server);
    options.closed = false;
    options.constant = true;
    /* The first is due when the schedule starts, in the warm-up; the next one ten seconds later. */
    options.rate_per_second = 0.1;
    options.drain_ns = 100 * NS_PER_SECOND;
    put_load(&options, &outcome);
    assert_int_equal(outcome.result.offered, 0);
    assert_false(outcome.valid);
    assert_non_null(strstr(outcome.note, "no request was due in the window"));
    load_result_finish(&outcome.result);
}

static void test_a_window_without_a_request_is_told(void **state)
{
    (void)state;
    with_server(server_good, nothing_due);
}

/* All that is due while warming up is left when the window begins, and none of it is achieved. */
static void backlog_of_the_warm_up(const struct server *server)
{
    struct outcome outcome;
    struct load_options options = closed_load(server);
    options.closed = false;
    options.constant = true;
    options.rate_per_second = 5000;
    put_load(&options, &outcome);
    assert_int_equal(outcome.result.backlog_begin, 500);
    assert_int_equal(outcome.result.achieved_per_second, 0);
    assert_false(outcome.valid);
    load_result_finish(&outcome.result);
}

static void test_the_backlog_of_the_warm_up_is_told(void **state)
{
    (void)state;
    with_server(server_all_hang, backlog_of_the_warm_up);
}

/* ---- Being stopped ---- */

static volatile sig_atomic_t asked_to_stop;

static void alarm_cb(int signal_number)
{
    (void)signal_number;
    asked_to_stop = 1;
}

static int stop_when_asked(void)
{
    return asked_to_stop;
}

static void set_alarm(int milliseconds)
{
    const struct itimerval timer = {.it_value = {.tv_usec = 1000 * milliseconds}};
    struct sigaction action = {.sa_handler = alarm_cb};
    asked_to_stop = 0;
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &timer, NULL);
}

/* Without being heard it would go on for hours, longer than a test may. */
static void stop(struct load_options *options)
{
    struct outcome outcome;
    options->stop = stop_when_asked;
    options->drain_ns = 10000 * NS_PER_SECOND;
    set_alarm(900);
    put_load(options, &outcome);
    assert_true(outcome.result.interrupted);
    assert_false(outcome.valid);
    assert_non_null(strstr(outcome.note, "interrupted"));
    assert_null(strstr(outcome.note, "hang"));
    load_result_finish(&outcome.result);
}

static void stopped_while_draining(const struct server *server)
{
    struct load_options options = closed_load(server);
    /* Long enough for a busy machine to have something asked when the window ends. */
    options.warmup_ns = 200 * NS_PER_MS;
    options.duration_ns = 50 * NS_PER_MS;
    stop(&options);
}

static void test_stop_cuts_the_drain_short(void **state)
{
    (void)state;
    with_server(server_all_hang, stopped_while_draining);
}

/* A schedule that no generator keeps up with. */
static void stopped_behind(const struct server *server)
{
    struct load_options options = closed_load(server);
    options.closed = false;
    options.rate_per_second = 1e7;
    options.duration_ns = 10000 * NS_PER_SECOND;
    stop(&options);
}

static void test_stop_leaves_the_rest_of_the_schedule(void **state)
{
    (void)state;
    with_server(server_all_hang, stopped_behind);
}

static void never_accept(int listener)
{
    (void)listener;
    for (;;)
        pause();
}

static void stopped_while_connecting(const struct server *server)
{
    struct outcome outcome;
    struct load_options options = closed_load(server);
    options.stop = stop_when_asked;
    options.patience_ns = 10000 * NS_PER_SECOND;
    set_alarm(900);
    put_load(&options, &outcome);
    assert_true(outcome.result.interrupted);
    assert_false(outcome.valid);
    /* Nobody's patience has ended. */
    assert_int_equal(load_result_error_count(&outcome.result), 0);
    load_result_finish(&outcome.result);
}

static void test_stop_ends_connecting(void **state)
{
    (void)state;
    with_server(never_accept, stopped_while_connecting);
}

/* ---- Connecting ---- */

static void silent(const struct server *server)
{
    struct outcome outcome;
    struct load_options options = closed_load(server);
    options.patience_ns = 1500 * NS_PER_MS;
    put_load(&options, &outcome);
    assert_false(outcome.valid);
    assert_non_null(strstr(outcome.note, "10 silent for 1.5 s (first: connection 1: silent)"));
    load_result_finish(&outcome.result);
}

static void test_silence_has_a_length(void **state)
{
    (void)state;
    with_server(never_accept, silent);
}

/* Accepts nobody before somebody was dropped. */
static void server_late(int listener)
{
    int64_t before = listen_queue_dropped();
    while (listen_queue_dropped_since(before) == 0)
        clock_sleep_until_ns(clock_now_ns() + NS_PER_MS);
    server_good(listener);
}

static bool is_dropped_and_named(void)
{
    struct server server = {0};
    struct outcome outcome;
    assert_int_equal(server_start_with(&server, server_late, 1), 0);
    struct load_options options = closed_load(&server);
    options.patience_ns = 100 * NS_PER_SECOND;
    put_load(&options, &outcome);
    load_result_finish(&outcome.result);
    assert_int_equal(server_stop(&server), 0);
    assert_int_equal(outcome.result.connected, CONNECTIONS);
    return outcome.result.listen_dropped > 0 &&
           strstr(outcome.note, "because a listen queue was full") != NULL;
}

/* Somebody else of this machine may be dropped just before. */
static void test_a_full_listen_queue_is_named(void **state)
{
    (void)state;
    bool named = false;
    if (listen_queue_dropped() < 0 || listen_queue_bound(CONNECTIONS) < CONNECTIONS)
        skip();
    for (int i = 0; !named && i < 5; i++)
        named = is_dropped_and_named();
    assert_true(named);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_connections_hang),
        cmocka_unit_test(test_every_second_connection_hangs),
        cmocka_unit_test(test_only_the_first_request_is_answered),
        cmocka_unit_test(test_an_open_loop_names_hung_connections_too),
        cmocka_unit_test(test_who_waits_for_its_turn_does_not_hang),
        cmocka_unit_test(test_a_window_without_a_request_is_told),
        cmocka_unit_test(test_the_backlog_of_the_warm_up_is_told),
        cmocka_unit_test(test_stop_cuts_the_drain_short),
        cmocka_unit_test(test_stop_leaves_the_rest_of_the_schedule),
        cmocka_unit_test(test_stop_ends_connecting),
        cmocka_unit_test(test_silence_has_a_length),
        cmocka_unit_test(test_a_full_listen_queue_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
