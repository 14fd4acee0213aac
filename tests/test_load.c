/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The load generator as a library, against an echo server in a child process. Only sums and orders
 * of events are asserted, never how fast anything was. */
#include "base/clock.h"
#include "load_server.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static int start_server(void **state)
{
    static struct server server;
    *state = &server;
    return server_start(&server, server_good);
}

static int stop_server(void **state)
{
    return server_stop(*state);
}

static struct load_options short_load(void **state)
{
    const struct server *server = *state;
    struct load_options options;
    load_options_init(&options);
    options.port = server->port;
    options.connections = 20;
    options.active = 10;
    options.rate_per_second = 2000;
    options.warmup_ns = 100 * NS_PER_MS;
    options.duration_ns = 300 * NS_PER_MS;
    /* A machine that is busy with other things must not turn slow answers into lost ones. */
    options.drain_ns = 20 * NS_PER_SECOND;
    return options;
}

/* Whether it is valid is not said: on a busy machine a short window may hold no reply. */
static struct load_result run(const struct load_options *options)
{
    struct load_result result;
    struct error error = {.text = ""};
    int code = load_run(options, &result, &error);
    assert_string_equal(error.text, "");
    assert_int_equal(code, 0);
    assert_int_equal(result.hung, 0);
    assert_int_equal(result.connected, options->connections);
    assert_int_equal(load_result_error_count(&result), 0);
    assert_int_equal(result.offered, result.answered);
    assert_int_equal(result.lost, 0);
    assert_int_equal(result.failed, 0);
    return result;
}

/* However slow the machine is meanwhile: with windows that grow until one holds a reply. */
static void assert_answers(struct load_options *options)
{
    bool answered = false;
    for (int i = 0; !answered && i < 8; i++) {
        char note[512];
        struct load_result result = run(options);
        bool valid = load_result_note(options, &result, note, sizeof note);
        answered = options->closed ? result.replies > 0 : result.answered > 0;
        assert_int_equal(valid, answered && !load_result_was_away(&result, LOAD_AWAY_WRONG));
        load_result_finish(&result);
        options->duration_ns *= 2;
    }
    assert_true(answered);
}

static void test_open_loop_sums_up(void **state)
{
    struct load_options options = short_load(state);
    options.constant = true;
    struct load_result result = run(&options);
    /* 300 ms of a constant 2000 per second: the schedule does not depend on how it went. */
    assert_int_equal(result.offered, 600);
    assert_int_equal(histogram_count(result.latency), 600);
    assert_int_equal(histogram_count(result.service), 600);
    assert_int_equal(histogram_count(result.lateness), 600);
    assert_int_equal(result.duration_ns, options.duration_ns);
    assert_true(histogram_min_ns(result.service) > 0);
    assert_true(histogram_max_ns(result.latency) >= histogram_max_ns(result.service));
    /* At most what 100 ms of warm-up had due. */
    assert_in_range(result.backlog_begin, 0, 200);
    load_result_finish(&result);
}

/* Another process that stops this one, once it is told to. */
struct stopper {
    pid_t pid;
    int tell;
};

static struct stopper stopper_start(useconds_t after_us, useconds_t for_us)
{
    int told[2];
    char byte;
    pid_t victim = getpid();
    assert_int_equal(pipe(told), 0);
    struct stopper stopper = {.pid = fork(), .tell = told[1]};
    assert_true(stopper.pid >= 0);
    if (stopper.pid == 0) {
        if (read(told[0], &byte, 1) != 1)
            _exit(1);
        usleep(after_us);
        kill(victim, SIGSTOP);
        usleep(for_us);
        kill(victim, SIGCONT);
        _exit(0);
    }
    close(told[0]);
    return stopper;
}

/* The schedule has just begun. */
static void stop_when_running_cb(void *data, const struct load_progress *progress)
{
    const struct stopper *stopper = data;
    if (progress->phase == LOAD_RUNNING)
        assert_int_equal(write(stopper->tell, "s", 1), 1);
}

/* Puts that load while the generator is stopped, and leaves its note. */
static struct load_result stopped_run(struct load_options options, useconds_t after_us,
                                      useconds_t for_us, bool *valid, char note[512])
{
    struct load_result result;
    struct error error = {.text = ""};
    struct stopper stopper = stopper_start(after_us, for_us);
    options.progress = stop_when_running_cb;
    options.progress_data = &stopper;
    assert_int_equal(load_run(&options, &result, &error), 0);
    close(stopper.tell);
    assert_int_equal(waitpid(stopper.pid, NULL, 0), stopper.pid);
    *valid = load_result_note(&options, &result, note, 512);
    return result;
}

/* A second of two. A machine that is slow beyond all measure may have it begin too late for half of
 * it to count, but not each time. */
static void assert_told_of_stop(struct load_options options)
{
    int64_t away_ns = 0;
    options.warmup_ns = 200 * NS_PER_MS;
    options.duration_ns = 2 * NS_PER_SECOND;
    for (int i = 0; away_ns < NS_PER_SECOND / 2 && i < 5; i++) {
        bool valid;
        char note[512];
        struct load_result result = stopped_run(options, 500000, 1000000, &valid, note);
        away_ns = result.away_ns;
        if (away_ns >= NS_PER_SECOND / 2) {
            assert_true(result.client_bound);
            assert_true(result.stalls.longest_ns >= NS_PER_SECOND / 2);
            assert_non_null(strstr(note, "the generator did not run for"));
        }
        load_result_finish(&result);
    }
    assert_true(away_ns >= NS_PER_SECOND / 2);
}

static void test_a_stopped_generator_is_told(void **state)
{
    struct load_options options = short_load(state);
    options.closed = true;
    assert_told_of_stop(options);
    options.block = true;
    assert_told_of_stop(options);
    options.closed = false;
    options.rate_per_second = 1000;
    assert_told_of_stop(options);
}

/* The stop begins in the warm-up and ends long after the window. */
static void test_a_window_without_the_generator_is_not_valid(void **state)
{
    struct load_options options = short_load(state);
    bool missed = false;
    options.closed = true;
    options.warmup_ns = NS_PER_SECOND;
    for (int i = 0; !missed && i < 5; i++) {
        bool valid;
        char note[512];
        options.block = i % 2 == 1;
        struct load_result result = stopped_run(options, 0, 2500000, &valid, note);
        missed = (double)result.away_ns >= LOAD_AWAY_WRONG * (double)result.duration_ns;
        if (missed) {
            assert_true(result.away_ns <= result.duration_ns);
            assert_true(result.stalls.sum_ns <= result.duration_ns);
            assert_false(valid);
            assert_non_null(strstr(note, "did not run for 0."));
        }
        load_result_finish(&result);
    }
    assert_true(missed);
}

static void test_same_seed_offers_the_same(void **state)
{
    struct load_options options = short_load(state);
    struct load_result first = run(&options);
    struct load_result again = run(&options);
    assert_int_equal(first.offered, again.offered);
    load_result_finish(&first);
    load_result_finish(&again);
}

static void test_closed_loop_sums_up(void **state)
{
    struct load_options options = short_load(state);
    options.closed = true;
    assert_answers(&options);
    struct load_result result = run(&options);
    assert_null(result.latency);
    assert_null(result.lateness);
    assert_int_equal(histogram_count(result.service), result.answered);
    load_result_finish(&result);
}

static void test_sizes_from_the_smallest_to_the_largest(void **state)
{
    static const int64_t sizes[] = {8, 9, 16384, 16385, 1 << 20};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct load_options options = short_load(state);
        options.closed = true;
        options.connections = 4;
        options.active = 3;
        options.size_bytes = sizes[i];
        assert_answers(&options);
    }
}

static void test_blocking_and_several_threads(void **state)
{
    int cpus[2];
    size_t count = 0;
    cpu_set_t set;
    assert_int_equal(sched_getaffinity(0, sizeof set, &set), 0);
    for (int cpu = 0; cpu < CPU_SETSIZE && count < 2; cpu++)
        if (CPU_ISSET((size_t)cpu, &set))
            cpus[count++] = cpu;
    struct load_options options = short_load(state);
    options.block = true;
    options.constant = true;
    options.cpus = cpus;
    options.cpu_count = count;
    struct load_result result = run(&options);
    assert_int_equal(result.offered, 600);
    assert_true(result.client_cpu_seconds > 0);
    load_result_finish(&result);
    cpu_set_t after;
    assert_int_equal(sched_getaffinity(0, sizeof after, &after), 0);
    assert_true(CPU_EQUAL(&set, &after));
}

struct phases {
    int calls[LOAD_FINISHED + 1];
    int count;
    enum load_phase seen[16];
};

static void phase_cb(void *data, const struct load_progress *progress)
{
    struct phases *phases = data;
    phases->calls[progress->phase]++;
    bool changed = phases->count == 0 || phases->seen[phases->count - 1] != progress->phase;
    if (changed && phases->count < 16)
        phases->seen[phases->count++] = progress->phase;
}

static void test_phases_come_in_order(void **state)
{
    struct phases phases = {0};
    struct load_options options = short_load(state);
    options.progress = phase_cb;
    options.progress_data = &phases;
    struct load_result result = run(&options);
    for (int i = 1; i < phases.count; i++)
        assert_true(phases.seen[i] > phases.seen[i - 1]);
    /* Whatever is called runs on the generator's CPU: never between the schedule's start and the
     * window's end. */
    for (enum load_phase phase = LOAD_CONNECTED; phase <= LOAD_FINISHED; phase++)
        assert_int_equal(phases.calls[phase], 1);
    load_result_finish(&result);
}

static int stop_at_once(void)
{
    return 1;
}

static void test_stop_ends_early(void **state)
{
    struct load_options options = short_load(state);
    struct load_result result;
    struct error error;
    char note[512];
    options.duration_ns = 3600 * NS_PER_SECOND;
    options.stop = stop_at_once;
    assert_int_equal(load_run(&options, &result, &error), 0);
    assert_true(result.interrupted);
    assert_false(load_result_note(&options, &result, note, sizeof note));
    assert_non_null(strstr(note, "interrupted"));
    load_result_finish(&result);
}

static void test_options_are_checked(void **state)
{
    struct error error;
    struct load_options wrong[6];
    for (int i = 0; i < 6; i++)
        wrong[i] = short_load(state);
    wrong[0].active = 21;
    wrong[1].rate_per_second = 0;
    wrong[2].size_bytes = 7;
    wrong[3].size_bytes = (1 << 20) + 1;
    wrong[4].port = 65536;
    wrong[5].duration_ns = 0;
    for (int i = 0; i < 6; i++) {
        assert_true(load_options_check(&wrong[i], &error) < 0);
        assert_true(strlen(error.text) > 0);
    }
}

static void test_nobody_listens(void **state)
{
    struct load_options options = short_load(state);
    struct load_result result;
    struct error error;
    char note[512];
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    /* Bound but not listening: nobody else can take the port while we try it. */
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, length), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    options.port = ntohs(address.sin_port);
    assert_int_equal(load_run(&options, &result, &error), 0);
    assert_int_equal(result.connected, 0);
    assert_int_equal(result.errors[LOAD_ERROR_REFUSED], options.connections);
    assert_int_equal(result.offered, 0);
    assert_null(result.service);
    assert_false(load_result_note(&options, &result, note, sizeof note));
    assert_non_null(strstr(note, "20 refused"));
    load_result_finish(&result);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open_loop_sums_up),
        cmocka_unit_test(test_same_seed_offers_the_same),
        cmocka_unit_test(test_closed_loop_sums_up),
        cmocka_unit_test(test_sizes_from_the_smallest_to_the_largest),
        cmocka_unit_test(test_blocking_and_several_threads),
        cmocka_unit_test(test_phases_come_in_order),
        cmocka_unit_test(test_stop_ends_early),
        cmocka_unit_test(test_a_stopped_generator_is_told),
        cmocka_unit_test(test_a_window_without_the_generator_is_not_valid),
        cmocka_unit_test(test_options_are_checked),
        cmocka_unit_test(test_nobody_listens),
    };
    return cmocka_run_group_tests(tests, start_server, stop_server);
}
