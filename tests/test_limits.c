/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Limits against trees of recorded files, whose largest N are worked out by hand beside each. */
#include "load/connection/source.h"
#include "measure/limits/limits.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const struct limits_options bare;

static void read_tree(struct limits *limits, const char *tree, const struct limits_options *options)
{
    char root[1024];
    snprintf(root, sizeof root, "%s/limits/%s", FIXTURES, tree);
    limits_read(limits, root, options);
}

static const struct limit *find(const struct limits *limits, const char *name)
{
    for (size_t i = 0; i < limits->count; i++)
        if (strcmp(limits->entries[i].name, name) == 0)
            return &limits->entries[i];
    fail_msg("no limit %s", name);
    return NULL;
}

static void assert_binding(const struct limits *limits, enum model model, const char *name,
                           int64_t largest)
{
    const struct limit *binding = limits_binding(limits, model);
    assert_non_null(binding);
    assert_string_equal(binding->name, name);
    assert_int_equal(limits_largest(limits, model), largest);
}

static void each_small_limit_is_worked_out(void **state)
{
    (void)state;
    struct limits limits;
    read_tree(&limits, "small", &bare);
    assert_int_equal(find(&limits, "RLIMIT_NOFILE")->largest[MODEL_LOOP], 4096 - 100);
    assert_int_equal(find(&limits, "kernel.threads-max")->largest[MODEL_THREADS], 8000 - 400 - 64);
    assert_int_equal(find(&limits, "kernel.pid_max")->largest[MODEL_THREADS],
                     4096 - 400 - 64 - 300);
    assert_int_equal(find(&limits, "vm.max_map_count")->largest[MODEL_THREADS],
                     (6000 - 1000 - 8 * 16) / 2);
    assert_int_equal(find(&limits, "fs.nr_open")->largest[MODEL_SOCKETS], 5000 - 100);
    assert_int_equal(find(&limits, "fs.epoll.max_user_watches")->largest[MODEL_LOOP], 400);
    assert_int_equal(find(&limits, "net.ipv4.ip_local_port_range")->largest[MODEL_SOCKETS],
                     2 * SOURCE_ADDRESSES);
    assert_int_equal(find(&limits, "net.netfilter.nf_conntrack_max")->largest[MODEL_LOOP],
                     2048 - 48 - 100);
    assert_binding(&limits, MODEL_THREADS, "fs.epoll.max_user_watches", 800);
    assert_binding(&limits, MODEL_LOOP, "fs.epoll.max_user_watches", 400);
}

/* Each thread of a server holds its connection to a database open; a pool has so many. */
static void threads_that_hold_descriptors_and_pools_take_more(void **state)
{
    (void)state;
    struct limits limits;
    const struct limits_options options = {.thread_files = 3, .pool_threads = 10, .files = 7};
    read_tree(&limits, "small", &options);
    int64_t reserve = 100 + 7 + 3 * 10;
    assert_int_equal(find(&limits, "RLIMIT_NOFILE")->largest[MODEL_LOOP], 4096 - reserve);
    assert_int_equal(find(&limits, "RLIMIT_NOFILE")->largest[MODEL_THREADS], (4096 - reserve) / 4);
    assert_int_equal(find(&limits, "fs.nr_open")->largest[MODEL_POOL], 5000 - reserve);
    assert_int_equal(find(&limits, "fs.nr_open")->largest[MODEL_THREADS], (5000 - reserve) / 4);
    assert_int_equal(find(&limits, "kernel.threads-max")->largest[MODEL_THREADS],
                     8000 - 400 - 64 - 10);
}

static void task_limits_bind_threads_only(void **state)
{
    (void)state;
    struct limits limits;
    read_tree(&limits, "small", &bare);
    static const char *const names[] = {"kernel.threads-max", "kernel.pid_max", "vm.max_map_count",
                                        "cgroup pids.max"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        for (int model = MODEL_LOOP; model < MODEL_COUNT; model++)
            assert_int_equal(find(&limits, names[i])->largest[model], LIMITS_NONE);
}

static void refusal_names_limit_value_and_command(void **state)
{
    (void)state;
    struct limits limits;
    struct error error = {""};
    read_tree(&limits, "user", &bare);
    assert_int_equal(limits_check(&limits, MODEL_THREADS, 3900, &error), 0);
    assert_string_equal(error.text, "");
    assert_int_equal(limits_check(&limits, MODEL_THREADS, 3901, &error), -ERANGE);
    assert_non_null(strstr(error.text, "3901 waiters of model threads"));
    assert_non_null(strstr(error.text, "RLIMIT_NPROC is 4000 tasks and allows 3900"));
    assert_non_null(strstr(error.text, "sudo prlimit --pid $$ --nproc=4001"));
}

static void what_a_program_takes_is_refused_in_its_name(void **state)
{
    (void)state;
    struct limits limits;
    struct error error = {""};
    read_tree(&limits, "user", &bare);
    int64_t files = find(&limits, "RLIMIT_NOFILE")->value;
    assert_int_equal(limits_check_program(&limits, "cancel", files, 3900, &error), 0);
    assert_string_equal(error.text, "");
    assert_int_equal(limits_check_program(&limits, "cancel", files, 3901, &error), -ERANGE);
    assert_string_equal(error.text,
                        "cancel needs 3901 threads: RLIMIT_NPROC is 4000 tasks; lift it "
                        "with: sudo prlimit --pid $$ --nproc=4001");
    assert_int_equal(limits_check_program(&limits, "cancel", files + 1, 1, &error), -ERANGE);
    assert_non_null(strstr(error.text, "open files: RLIMIT_NOFILE is"));
    /* Threads that do not matter are stopped by no limit on them. */
    assert_int_equal(limits_check_program(&limits, "cancel", files, 0, &error), 0);
}

static void a_short_queue_bounds_what_is_opened_at_once(void **state)
{
    (void)state;
    struct limits limits;
    struct error error = {""};
    enum model model;
    read_tree(&limits, "small", &bare);
    const struct limit *queue = find(&limits, "net.core.somaxconn");
    assert_int_equal(limits_check_at_once(&limits, 128, &error), 0);
    assert_int_equal(limits_check_at_once(&limits, 129, &error), -ERANGE);
    assert_non_null(strstr(error.text, "net.core.somaxconn lets 128 of them wait"));
    assert_non_null(strstr(error.text, "sysctl -w net.core.somaxconn="));
    /* It is in the way of speed, not of a number of waiters. */
    assert_true(limits_is_in_the_way(queue, 1, &model));
    for (int i = 0; i < MODEL_COUNT; i++)
        assert_int_equal(queue->largest[i], LIMITS_NONE);
}

static void an_absurd_count_is_refused(void **state)
{
    (void)state;
    struct limits limits;
    struct error error = {""};
    read_tree(&limits, "user", &bare);
    assert_int_equal(limits_check(&limits, MODEL_THREADS, INT64_MAX, &error), -ERANGE);
}

static void root_may_exceed_nproc_and_file_max(void **state)
{
    (void)state;
    struct limits limits;
    read_tree(&limits, "small", &bare);
    assert_true(limits.root);
    assert_int_equal(find(&limits, "RLIMIT_NPROC")->largest[MODEL_THREADS], LIMITS_NONE);
    assert_non_null(strstr(find(&limits, "RLIMIT_NPROC")->note, "does not bind"));
    assert_int_equal(find(&limits, "fs.file-max")->largest[MODEL_LOOP], LIMITS_NONE);
}

static void a_user_may_not(void **state)
{
    (void)state;
    struct limits limits;
    read_tree(&limits, "user", &bare);
    assert_false(limits.root);
    /* 36 of the user's tasks run already; 700 of root's do not count. */
    assert_binding(&limits, MODEL_THREADS, "RLIMIT_NPROC", 4000 - 36 - 64);
    assert_binding(&limits, MODEL_LOOP, "fs.file-max", (12000 - 2000 - 1000) / 2);
}

static void root_of_a_user_namespace_may_not(void **state)
{
    (void)state;
    struct limits limits;
    read_tree(&limits, "rootless", &bare);
    assert_binding(&limits, MODEL_THREADS, "RLIMIT_NPROC", 4000 - 64);
    assert_int_equal(find(&limits, "fs.file-max")->largest[MODEL_LOOP], 4500);
    struct error error = {""};
    assert_int_equal(limits_check(&limits, MODEL_THREADS, 5000, &error), -ERANGE);
    assert_non_null(strstr(error.text, "from outside"));
    assert_non_null(strstr(error.text, "docker run --ulimit nproc=5064"));
}

static void many_cpus_need_more_mappings(void **state)
{
    (void)state;
    struct limits limits;
    read_tree(&limits, "cpus128", &bare);
    assert_binding(&limits, MODEL_THREADS, "vm.max_map_count", (65530 - 1000 - 128 * 16) / 2);
    struct limits_options options = {.loops = 64};
    read_tree(&limits, "cpus128", &options);
    assert_binding(&limits, MODEL_LOOPS, "RLIMIT_NOFILE", 1048576 - 20 - 64 * 8);
}

static void the_tightest_ancestor_group_binds(void **state)
{
    (void)state;
    struct limits limits;
    read_tree(&limits, "cgroup2", &bare);
    assert_binding(&limits, MODEL_THREADS, "cgroup pids.max", 1000 - 236 - 64);
    const struct limit *memory = find(&limits, "cgroup memory limit");
    assert_string_equal(memory->note, "/sys/fs/cgroup/user.slice/user-1000.slice/memory.max");
    assert_int_equal(memory->value, 1073741824);
    assert_int_equal(memory->in_use, 536870912 - 268435456);
    char command[1024];
    limits_command(&limits, limits_binding(&limits, MODEL_THREADS), MODEL_THREADS, 700, command,
                   sizeof command);
    assert_string_equal(command, "tee /sys/fs/cgroup/user.slice/user-1000.slice/pids.max <<< 1000");
}

static void a_container_lacks_files_and_says_so(void **state)
{
    (void)state;
    struct limits limits;
    read_tree(&limits, "container", &bare);
    const struct limit *pid_max = find(&limits, "kernel.pid_max");
    assert_false(pid_max->seen);
    assert_int_equal(pid_max->value, LIMITS_NONE);
    assert_string_equal(pid_max->note, "cannot read /proc/sys/kernel/pid_max "
                                       "(No such file or directory): taken as unlimited");
    /* Version 1, with the container's group mounted as if it were the top. */
    assert_binding(&limits, MODEL_THREADS, "cgroup pids.max", 3000 - 100 - 64);
    assert_int_equal(find(&limits, "cgroup memory limit")->in_use, 600000000);
}

static void nothing_readable_means_unlimited(void **state)
{
    (void)state;
    struct limits limits;
    struct error error = {""};
    read_tree(&limits, "no-such-tree", &bare);
    assert_null(limits_binding(&limits, MODEL_THREADS));
    assert_int_equal(limits_check(&limits, MODEL_THREADS, 1000000, &error), 0);
    for (size_t i = 0; i < limits.count; i++) {
        assert_false(limits.entries[i].seen);
        assert_non_null(strstr(limits.entries[i].note, "taken as unlimited"));
    }
}

static void strict_accounting_counts_whole_stacks(void **state)
{
    (void)state;
    struct limits limits;
    read_tree(&limits, "strict", &bare);
    int64_t room = (INT64_C(33554432) - 1048576) * 1024 - INT64_C(33554432) * 1024 / 10;
    assert_binding(&limits, MODEL_THREADS, "CommitLimit", room / (8388608 + 72 * 1024));
    struct limits_options small_stacks = {.stack_bytes = 65536};
    read_tree(&limits, "strict", &small_stacks);
    assert_int_equal(find(&limits, "CommitLimit")->largest[MODEL_THREADS],
                     room / (65536 + 72 * 1024));
}

static void address_space_counts_whole_stacks(void **state)
{
    (void)state;
    struct limits limits;
    read_tree(&limits, "address-space", &bare);
    int64_t room = INT64_C(4294967296) - 256 * 1048576;
    assert_binding(&limits, MODEL_THREADS, "RLIMIT_AS", room / (8388608 + 72 * 1024));
}

static void what_a_waiter_holds_costs_memory(void **state)
{
    (void)state;
    struct limits limits;
    struct limits_options options = {.hold_bytes = 100 * 1048576};
    read_tree(&limits, "cpus128", &options);
    assert_string_equal(limits_binding(&limits, MODEL_LOOP)->name, "available memory");
    struct error error = {""};
    assert_int_equal(limits_check(&limits, MODEL_LOOP, 10000, &error), -ERANGE);
    assert_non_null(strstr(error.text, "free memory"));
}

/* 1 GiB may be used, 256 MiB are, and a tenth of it all stays free. */
static void what_was_measured_goes_before_the_estimate(void **state)
{
    (void)state;
    struct limits limits;
    struct error error = {""};
    const int64_t room = 1073741824 - (536870912 - 268435456) - 1073741824 / 10;
    struct limits_options options = {.hold_bytes = 4096};
    read_tree(&limits, "cgroup2", &options);
    assert_int_equal(limits_memory_room(&limits), room);
    assert_int_equal(find(&limits, "cgroup memory limit")->largest[MODEL_LOOP],
                     room / (16 * 1024 + 5 * 1024));
    /* A quarter more of each, and what each process of several takes by itself. */
    options = (struct limits_options){.hold_bytes = 4096,
                                      .shards = 2,
                                      .measured_bytes = 1048576,
                                      .process_bytes = 20971520,
                                      .who = "hungry"};
    read_tree(&limits, "cgroup2", &options);
    assert_int_equal(limits_waiter_bytes(MODEL_THREADS, &options), 1048576 + 262144);
    assert_int_equal(find(&limits, "cgroup memory limit")->largest[MODEL_LOOP],
                     (room - 2 * 20971520) / (1048576 + 262144));
    assert_int_equal(limits_check(&limits, MODEL_LOOP, 500, &error), 0);
    assert_int_equal(limits_check(&limits, MODEL_LOOP, 501, &error), -ERANGE);
    assert_string_equal(
        error.text,
        "501 waiters of hungry are too many: each takes 1024.0 KiB as measured here, and with a "
        "quarter more to be safe they need 626 MiB, of which cgroup memory limit leaves 626: "
        "500 fit; lift it with: tee "
        "/sys/fs/cgroup/user.slice/user-1000.slice/memory.max <<< 1074423398");
}

static void an_estimate_says_that_it_is_one(void **state)
{
    (void)state;
    struct limits limits;
    struct error error = {""};
    read_tree(&limits, "cgroup2", &bare);
    int64_t fit = find(&limits, "cgroup memory limit")->largest[MODEL_LOOP];
    assert_int_equal(limits_check(&limits, MODEL_LOOP, fit + 1, &error), -ERANGE);
    assert_non_null(strstr(error.text, "model loop"));
    assert_non_null(strstr(error.text, "by an estimate of 16.0 KiB each"));
}

static void memory_can_be_left_aside(void **state)
{
    (void)state;
    struct limits limits;
    const struct limits_options options = {.measured_bytes = LIMITS_NOT_COUNTED};
    read_tree(&limits, "cgroup2", &options);
    assert_int_equal(find(&limits, "cgroup memory limit")->largest[MODEL_LOOP], LIMITS_NONE);
    assert_int_equal(find(&limits, "available memory")->largest[MODEL_THREADS], LIMITS_NONE);
    /* What there is of it is known all the same. */
    assert_true(limits_memory_room(&limits) > 0);
    /* Stacks that are mapped are no matter of what is resident. */
    read_tree(&limits, "strict", &options);
    assert_true(find(&limits, "CommitLimit")->largest[MODEL_THREADS] < LIMITS_NONE);
}

static void models_have_names(void **state)
{
    (void)state;
    for (int i = 0; i < MODEL_COUNT; i++) {
        enum model model;
        assert_true(model_find(model_name((enum model)i), &model));
        assert_int_equal(model, i);
    }
    enum model model;
    assert_false(model_find("fibres", &model));
}

/* In a child, because a lowered limit would stay for the other tests. */
static void a_soft_limit_is_raised_to_the_hard_one(void **state)
{
    (void)state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct rlimit limit;
        struct error error;
        getrlimit(RLIMIT_NOFILE, &limit);
        limit.rlim_cur = limit.rlim_max / 2;
        bool raised = setrlimit(RLIMIT_NOFILE, &limit) == 0 && limits_raise_soft(&error) == 0 &&
                      getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur == limit.rlim_max;
        _exit(raised ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void this_machine_has_limits(void **state)
{
    (void)state;
    struct limits limits;
    limits_read(&limits, "", &bare);
    struct rlimit files;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
    assert_int_equal(find(&limits, "RLIMIT_NOFILE")->value,
                     files.rlim_max == RLIM_INFINITY ? LIMITS_NONE : (int64_t)files.rlim_max);
    assert_true(find(&limits, "available memory")->value > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_small_limit_is_worked_out),
        cmocka_unit_test(threads_that_hold_descriptors_and_pools_take_more),
        cmocka_unit_test(task_limits_bind_threads_only),
        cmocka_unit_test(refusal_names_limit_value_and_command),
        cmocka_unit_test(what_a_program_takes_is_refused_in_its_name),
        cmocka_unit_test(a_short_queue_bounds_what_is_opened_at_once),
        cmocka_unit_test(an_absurd_count_is_refused),
        cmocka_unit_test(root_may_exceed_nproc_and_file_max),
        cmocka_unit_test(a_user_may_not),
        cmocka_unit_test(root_of_a_user_namespace_may_not),
        cmocka_unit_test(many_cpus_need_more_mappings),
        cmocka_unit_test(the_tightest_ancestor_group_binds),
        cmocka_unit_test(a_container_lacks_files_and_says_so),
        cmocka_unit_test(nothing_readable_means_unlimited),
        cmocka_unit_test(strict_accounting_counts_whole_stacks),
        cmocka_unit_test(address_space_counts_whole_stacks),
        cmocka_unit_test(what_a_waiter_holds_costs_memory),
        cmocka_unit_test(what_was_measured_goes_before_the_estimate),
        cmocka_unit_test(an_estimate_says_that_it_is_one),
        cmocka_unit_test(memory_can_be_left_aside),
        cmocka_unit_test(models_have_names),
        cmocka_unit_test(a_soft_limit_is_raised_to_the_hard_one),
        cmocka_unit_test(this_machine_has_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
