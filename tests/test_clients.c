/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run's side of clients that say what they should not, played by a script: they are named, and
 * the run goes on. What they should say, tests/clients.bats has. */
#include "clients/clients.h"

#include "base/clock.h"
#include "clients/cpus.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* Says $BEFORE, its hello with a $TAIL to each line, and to each question what a client says, or
 * what stands in a variable of the answer's name. */
static const char script[] = "#!/bin/sh\n"
                             "eval \"$BEFORE\"\n"
                             "sed 's/$/'\"$TAIL\"'/' \"${0%/*}/hello\"\n"
                             "while read -r word rest; do\n"
                             "  case $word in\n"
                             "    clock) echo \"clock ${CLOCK:-1000000}\" ;;\n"
                             "    load)\n"
                             "      while read -r line && [ \"$line\" != end ]; do :; done\n"
                             "      [ -z \"$LATER\" ] || sleep 1.1\n"
                             "      CLOCK=${LATER:-$CLOCK}\n"
                             "      echo \"${CONNECTED:-connected 2 5000}\"\n"
                             "      [ -z \"$ENDED\" ] || printf \"$ENDED\" ;;\n"
                             "    begin)\n"
                             "      [ \"$rest\" -ge \"${LATER:-0}\" ] || echo error an hour ago\n"
                             "      echo \"${FINISHED:-finished 7 9000}\" ;;\n"
                             "    close) printf \"ended\\n${RESULT:-end\\n}\" ;;\n"
                             "    stop) echo 'error told to stop' ;;\n"
                             "    excursions) printf \"${EXCURSIONS:-end\\n}\" ;;\n"
                             "  esac\n"
                             "done\n";

/* The least that a closed loop's result has. */
#define CLOSED                                                                             \
    "RESULT='connected 2\\nduration_ns 1000000\\nreplies 7\\nhistogram service 0 0 5 5\\n" \
    "buckets 5 7\\nhistogram reply_delay 0 0 1 0\\nend\\n'"

static char folder[] = "/tmp/waitbench-test-clients-XXXXXX";

static FILE *make_file(const char *name)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fchmod(fileno(file), 0755);
    return file;
}

static int make_script(void **state)
{
    (void)state;
    struct hello hello;
    struct error error;
    assert_non_null(mkdtemp(folder));
    FILE *file = make_file("hello");
    assert_int_equal(hello_fill(&hello, &error), 0);
    hello_write(&hello, file);
    fclose(file);
    file = make_file("waitbench");
    fputs(script, file);
    fclose(file);
    return 0;
}

static int remove_script(void **state)
{
    (void)state;
    char path[PATH_MAX];
    static const char *const names[] = {"hello", "waitbench"};
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    return rmdir(folder);
}

/* Starts one client for each of those settings of variables, NULL at the end. */
static int start(struct clients *clients, const char *const *settings, struct error *error)
{
    static char prefixes[4][1024];
    const char *list[4];
    size_t count = 0;
    *clients = (struct clients){.count = 0};
    for (; settings[count]; count++) {
        snprintf(prefixes[count], sizeof prefixes[count], "env %s %s/waitbench", settings[count],
                 folder);
        list[count] = prefixes[count];
    }
    return clients_start(clients, list, count, error);
}

static struct load_options options_of(bool closed)
{
    struct load_options options;
    load_options_init(&options);
    options.port = 1;
    options.connections = options.active = 4;
    options.closed = closed;
    options.rate_per_second = 100;
    options.warmup_ns = 0;
    options.duration_ns = NS_PER_MS;
    return options;
}

/* Fails a load of two clients of which the second is as told, with words about it. */
static void refuse(const char *setting, bool closed, const char *words)
{
    struct clients clients;
    struct load_options options = options_of(closed);
    struct load_result result;
    struct error error = {""};
    assert_int_equal(start(&clients, (const char *const[]){CLOSED, setting, NULL}, &error), 0);
    assert_int_equal(clients_load(&clients, &options, &result, &error), -EPIPE);
    assert_non_null(strstr(error.text, words));
    clients_finish(&clients);
}

static void cpu_time_is_what_clients_say(void **state)
{
    (void)state;
    struct clients clients;
    struct load_options options = options_of(true);
    struct load_result result;
    struct error error = {""};
    assert_int_equal(start(&clients, (const char *const[]){CLOSED, CLOSED, NULL}, &error), 0);
    assert_int_equal(clients_load(&clients, &options, &result, &error), 0);
    assert_int_equal(result.connected, 4);
    assert_int_equal(result.replies, 14);
    assert_int_equal(histogram_count(result.service), 14);
    assert_int_equal(clients_cpu_ns(&clients), 2 * 9000);
    load_result_finish(&result);
    clients_finish(&clients);
}

static void counts_that_cannot_be(void **state)
{
    (void)state;
    refuse("CONNECTED='connected 5 1'", true, "said 'connected 5 1', which cannot be");
    refuse("CONNECTED='connected 2'", true, "said 'connected 2', which cannot be");
    refuse("FINISHED='finished -1 1' " CLOSED, true, "said 'finished -1 1', which cannot be");
    refuse("FINISHED='ended'", true, "said 'ended' before the load's end");
}

static void results_of_another_load(void **state)
{
    (void)state;
    refuse("RESULT='end\\n'", true, "told of another load's result");
    refuse("RESULT='histogram service 0 0 1 0\\nend\\n'", true, "told of another load's result");
    /* The first one's has no latencies then, and comes first. */
    refuse(CLOSED, false, "told of another load's result");
    refuse("RESULT='answered 9223372036854775807\\nend\\n'", true, "numbers that cannot be");
    refuse("RESULT='duration_ns -1\\nend\\n'", true, "numbers that cannot be");
    refuse("RESULT='poem\\n'", true, "no line of a result: 'poem'");
}

/* One of two could not connect all of its connections: the other one's count, too. */
static void connections_of_all_are_counted(void **state)
{
    (void)state;
    struct clients clients;
    struct load_options options = options_of(true);
    struct load_result result;
    struct error error = {""};
    const char *const settings[] = {
        CLOSED, "CONNECTED=ended ENDED='connected 1\\nerrors 1 0 0 0 0 0 0 0\\nend\\n'", NULL};
    assert_int_equal(start(&clients, settings, &error), 0);
    assert_int_equal(clients_load(&clients, &options, &result, &error), 0);
    assert_int_equal(result.connected, 3);
    assert_null(result.service);
    load_result_finish(&result);
    clients_finish(&clients);
}

/* Connecting took a second, and a clock went on by a thousand meanwhile. */
static void clocks_are_compared_again_after_long(void **state)
{
    (void)state;
    struct clients clients;
    struct load_options options = options_of(true);
    struct load_result result;
    struct error error = {""};
    assert_int_equal(
        start(&clients, (const char *const[]){"LATER=1000000000000 " CLOSED, NULL}, &error), 0);
    options.connections = options.active = 2;
    assert_int_equal(clients_load(&clients, &options, &result, &error), 0);
    load_result_finish(&result);
    clients_finish(&clients);
}

static struct client client_of(const char *boot, const char *cpus, bool local)
{
    struct client client = {.local = local};
    snprintf(client.hello.boot, sizeof client.hello.boot, "%s", boot);
    snprintf(client.hello.cpus, sizeof client.hello.cpus, "%s", cpus);
    return client;
}

static void assert_cpus(const struct clients *clients, size_t used, size_t number,
                        const char *expected)
{
    const int own[] = {4, 5, 6};
    const struct load_options options = {.cpus = own, .cpu_count = 3};
    int cpus[LOAD_THREADS_MAX];
    char text[256] = "";
    size_t count = clients_deal_cpus(clients, used, number, &options, cpus);
    for (size_t i = 0; i < count; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%d ", cpus[i]);
    assert_string_equal(text, expected);
}

static void clients_of_one_machine_share_its_cpus(void **state)
{
    (void)state;
    struct clients clients = {
        .count = 6,
        .items = {client_of("far", "8-11", false), client_of("here", "", true),
                  client_of("far", "8-11", false), client_of("here", "", true),
                  client_of("alone", "2", false), client_of("far", "8", false)},
    };
    assert_cpus(&clients, 5, 0, "8 10 ");
    assert_cpus(&clients, 5, 2, "9 11 ");
    assert_cpus(&clients, 5, 1, "4 6 ");
    assert_cpus(&clients, 5, 3, "5 ");
    assert_cpus(&clients, 5, 4, "");
    /* The one that is not needed takes none; where there are too few, some are shared. */
    assert_cpus(&clients, 2, 0, "");
    assert_cpus(&clients, 6, 5, "8 ");
}

static void refuse_start(const char *setting, const char *words)
{
    struct clients clients;
    struct error error = {""};
    assert_int_equal(start(&clients, (const char *const[]){setting, NULL}, &error), -ENOENT);
    assert_non_null(strstr(error.text, words));
    clients_finish(&clients);
}

static void strangers_are_not_listened_to_for_ever(void **state)
{
    (void)state;
    refuse_start("BEFORE='while echo hear ye; do :; done'",
                 "did not say what it is, but 'hear ye'");
    refuse_start("TAIL='\\r'", "?' (it takes a waitbench there, and no terminal in between");
    refuse_start("BEFORE='cat /dev/zero'", "prints something else than lines of text");
    refuse_start("CLOCK=-5", "said a time that no clock has");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cpu_time_is_what_clients_say),
        cmocka_unit_test(counts_that_cannot_be),
        cmocka_unit_test(results_of_another_load),
        cmocka_unit_test(connections_of_all_are_counted),
        cmocka_unit_test(clocks_are_compared_again_after_long),
        cmocka_unit_test(clients_of_one_machine_share_its_cpus),
        cmocka_unit_test(strangers_are_not_listened_to_for_ever),
    };
    return cmocka_run_group_tests(tests, make_script, remove_script);
}
