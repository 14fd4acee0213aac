/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of a load over HTTP its command cannot be asked for: slow requests told apart, and the idle
 * clients of a memory trial. Against servers in child processes that answer with rows. */
#include "base/clock.h"
#include "base/draw.h"
#include "load/idle/idle.h"
#include "load_server.h"
#include "store/row.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define SEED       5
#define SLOW_EVERY 4
#define SLOW_NS    (30 * NS_PER_MS)
#define IDS        100

/* How a server answers. */
struct manners {
    bool is_slow;
    bool closes; /* each connection, with its reply, as it says */
};

struct web_client {
    int fd;
    struct manners manners;
};

static bool web_answer(const struct web_client *client, int64_t id)
{
    const struct timespec slow = {.tv_nsec = SLOW_NS};
    char row[ROW_JSON_LENGTH + 1];
    char text[ROW_TEXT_LETTERS + 1];
    char reply[256];
    if (client->manners.is_slow && draw_is_slow(SEED, (uint64_t)id, SLOW_EVERY))
        nanosleep(&slow, NULL);
    row_text(SEED, id, text);
    row_json(id, text, row);
    int length = snprintf(reply, sizeof reply, "HTTP/1.1 200 OK\r\nContent-Length: 48\r\n%s\r\n%s",
                          client->manners.closes ? "Connection: close\r\n" : "", row);
    return send(client->fd, reply, (size_t)length, MSG_NOSIGNAL) == length &&
           !client->manners.closes;
}

/* A request is two lines and a blank one. */
static void *web_serve(void *argument)
{
    struct web_client *client = argument;
    FILE *in = fdopen(client->fd, "r");
    char line[256];
    long long id = 0;
    bool goes_on = true;
    while (goes_on && fgets(line, sizeof line, in)) {
        if (strcmp(line, "\r\n") == 0)
            goes_on = web_answer(client, id);
        else if (strncmp(line, "GET ", 4) == 0)
            id = atoll(line + strlen("GET /item/"));
    }
    fclose(in);
    free(client);
    return NULL;
}

static void web_listen(int listener, struct manners manners)
{
    for (;;) {
        pthread_t thread;
        struct web_client *client = malloc(sizeof *client);
        *client = (struct web_client){accept(listener, NULL, NULL), manners};
        if (client->fd < 0 || pthread_create(&thread, NULL, web_serve, client) != 0)
            _exit(1);
        pthread_detach(thread);
    }
}

static void web_keeps(int listener)
{
    web_listen(listener, (struct manners){0});
}

static void web_is_slow(int listener)
{
    web_listen(listener, (struct manners){.is_slow = true});
}

static void web_closes(int listener)
{
    web_listen(listener, (struct manners){.closes = true});
}

static struct load_options web_load(const struct server *server, bool closed)
{
    struct load_options options;
    load_options_init(&options);
    options.protocol = protocol_find("http");
    options.port = server->port;
    options.connections = options.active = 8;
    options.closed = closed;
    options.rate_per_second = closed ? 0 : 200;
    options.block = true;
    options.warmup_ns = 50 * NS_PER_MS;
    options.duration_ns = NS_PER_SECOND;
    options.drain_ns = 20 * NS_PER_SECOND;
    options.id_high = IDS;
    options.data_seed = SEED;
    options.slow_every = SLOW_EVERY;
    return options;
}

/* About three of four are no slow ones. However busy the machine, the quickest of all is one of
 * those, since a slow one takes SLOW_NS at least; and the fastest of those is faster. */
static void test_slow_requests_are_told_apart(void **state)
{
    struct server server = {0};
    (void)state;
    assert_int_equal(server_start(&server, web_is_slow), 0);
    for (int closed = 0; closed <= 1; closed++) {
        const struct load_options options = web_load(&server, closed);
        struct load_result result;
        struct error error = {.text = ""};
        assert_int_equal(load_run(&options, &result, &error), 0);
        assert_int_equal(load_result_error_count(&result), 0);
        assert_int_equal(result.offered, result.answered);
        int64_t others = histogram_count(result.other);
        assert_true(others > result.answered / 2 && others < result.answered);
        assert_true(histogram_max_ns(result.service) >= SLOW_NS);
        assert_true(histogram_min_ns(result.other) < SLOW_NS);
        if (closed)
            assert_int_equal(histogram_min_ns(result.other), histogram_min_ns(result.service));
        load_result_finish(&result);
    }
    assert_int_equal(server_stop(&server), 0);
}

/* The idle clients as the runner has them: in a process, asked over a pipe. */
struct clients {
    pid_t pid;
    FILE *ask;
    FILE *answers;
};

static void clients_start(struct clients *clients)
{
    struct idle_options options = {.protocol = protocol_find("http"), .first = 100, .capacity = 20};
    int to[2];
    int from[2];
    protocol_settings_init(&options.settings);
    options.settings.data_seed = SEED;
    assert_int_equal(pipe2(to, O_CLOEXEC), 0);
    assert_int_equal(pipe2(from, O_CLOEXEC), 0);
    clients->pid = fork();
    assert_true(clients->pid >= 0);
    if (clients->pid == 0) {
        dup2(to[0], STDIN_FILENO);
        dup2(from[1], STDOUT_FILENO);
        close(to[1]);
        _exit(idle_serve(&options));
    }
    close(to[0]);
    close(from[1]);
    clients->ask = fdopen(to[1], "w");
    clients->answers = fdopen(from[0], "r");
}

static void clients_stop(struct clients *clients)
{
    int status;
    fclose(clients->ask);
    assert_int_equal(waitpid(clients->pid, &status, 0), clients->pid);
    assert_int_equal(status, 0);
    fclose(clients->answers);
}

static void assert_answer(struct clients *clients, const char *question, const char *expected)
{
    char answer[256] = "";
    fprintf(clients->ask, "%s\n", question);
    fflush(clients->ask);
    assert_non_null(fgets(answer, sizeof answer, clients->answers));
    answer[strcspn(answer, "\n")] = '\0';
    assert_string_equal(answer, expected);
}

static void connect_all(struct clients *clients, const struct server *server)
{
    char question[32];
    snprintf(question, sizeof question, "port %d", server->port);
    assert_answer(clients, question, "ok 0");
    assert_answer(clients, "connect 20", "ok 20");
}

static void test_idle_clients_are_warmed_up(void **state)
{
    struct server server = {0};
    struct clients clients;
    (void)state;
    assert_int_equal(server_start(&server, web_keeps), 0);
    clients_start(&clients);
    connect_all(&clients, &server);
    assert_answer(&clients, "warm 3", "ok 20");
    assert_answer(&clients, "check", "ok 20");
    assert_int_equal(server_stop(&server), 0);
    assert_answer(&clients, "check", "20 of 20 connections were closed by the subject");
    clients_stop(&clients);
}

static void test_an_idle_client_that_is_closed_is_told(void **state)
{
    struct server server = {0};
    struct clients clients;
    (void)state;
    assert_int_equal(server_start(&server, web_closes), 0);
    clients_start(&clients);
    connect_all(&clients, &server);
    assert_answer(&clients, "warm 1", "request 1 on connection 101: closed");
    clients_stop(&clients);
    assert_int_equal(server_stop(&server), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slow_requests_are_told_apart),
        cmocka_unit_test(test_idle_clients_are_warmed_up),
        cmocka_unit_test(test_an_idle_client_that_is_closed_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
