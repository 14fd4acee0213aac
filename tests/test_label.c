/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a machine is called: by the name that was given, or by what machine.json has of it. */
#include "run/label.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void assert_label(json_t *machine, const char *expected)
{
    char label[RUN_LABEL_SIZE];
    run_label(machine, label, sizeof label);
    assert_string_equal(label, expected);
    json_decref(machine);
}

/* A machine.json without a label, as those of older versions are. */
static json_t *machine(const char *model, int cpus, const char *hypervisor)
{
    return json_pack("{s:{s:s, s:i}, s:{s:s}}", "cpu", "model", model, "logical_cpus", cpus,
                     "virtualisation", "hypervisor", hypervisor);
}

static void a_name_is_derived(void **state)
{
    (void)state;
    assert_label(machine("AMD EPYC", 2, "kvm"), "AMD EPYC, 2 CPUs, KVM");
    assert_label(machine("AMD EPYC 7763 64-Core Processor", 1, "hyper-v"),
                 "AMD EPYC 7763, 1 CPU, Hyper-V");
    assert_label(machine("Intel(R) Xeon(R) Platinum 8375C CPU @ 2.90GHz", 128, "none"),
                 "Intel Xeon Platinum 8375C, 128 CPUs, not virtual");
    assert_label(machine("11th Gen Intel(R) Core(TM) i7-1185G7 @ 3.00GHz", 8, "unknown"),
                 "11th Gen Intel Core i7-1185G7, 8 CPUs, virtual");
    assert_label(machine("AMD Ryzen 7 5800U with Radeon Graphics", 16, "new-hypervisor"),
                 "AMD Ryzen 7 5800U, 16 CPUs, virtual");
    assert_label(machine("QEMU Virtual CPU version 2.5+", 4, "qemu"),
                 "QEMU Virtual CPU version 2.5+, 4 CPUs, QEMU");
    /* All of it is filler. */
    assert_label(machine("CPU", 4, "kvm"), "CPU, 4 CPUs, KVM");
}

static void what_is_not_seen_is_left_out(void **state)
{
    (void)state;
    assert_label(json_pack("{s:{s:n, s:i}, s:{s:s}}", "cpu", "model", "logical_cpus", 4, "kernel",
                           "architecture", "aarch64"),
                 "aarch64, 4 CPUs");
    assert_label(json_object(), "unknown CPU");
    assert_label(json_pack("{s:s, s:i}", "cpu", "?", "label", 7), "unknown CPU");
    char label[RUN_LABEL_SIZE];
    run_label(NULL, label, sizeof label);
    assert_string_equal(label, "unknown CPU");
}

static void a_given_name_goes_first(void **state)
{
    (void)state;
    json_t *named = machine("AMD EPYC", 2, "kvm");
    json_object_set_new(named, "label", json_string("Mein „Büro“, <b>alt</b>"));
    assert_label(named, "Mein „Büro“, <b>alt</b>");
    json_t *unnamed = machine("AMD EPYC", 2, "kvm");
    json_object_set_new(unnamed, "label", json_null());
    assert_label(unnamed, "AMD EPYC, 2 CPUs, KVM");
    json_t *blank = machine("AMD EPYC", 2, "kvm");
    json_object_set_new(blank, "label", json_string("  "));
    assert_label(blank, "AMD EPYC, 2 CPUs, KVM");
}

/* A machine.json may be anybody's. */
static void a_name_is_printable_and_short_whatever_the_file_has(void **state)
{
    (void)state;
    char label[RUN_LABEL_SIZE];
    char longer[400];
    assert_label(json_pack("{s:s}", "label", "a\nb\033[31m\xe2\x80\xae"), "a?b?[31m?");
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    memcpy(longer + 63, "ü", strlen("ü"));
    json_t *file = json_pack("{s:s}", "label", longer);
    run_label(file, label, sizeof label);
    assert_int_equal(strlen(label), 63);
    run_label(file, label, 5);
    assert_string_equal(label, "xxxx");
    json_decref(file);
    file = machine(longer, 4096, "virtualbox");
    run_label(file, label, sizeof label);
    assert_non_null(strstr(label, ", 4096 CPUs, VirtualBox"));
    json_decref(file);
}

static void names_that_no_terminal_shows_are_not_fit(void **state)
{
    (void)state;
    char longest[RUN_LABEL_SIZE + 1];
    memset(longest, 'x', sizeof longest);
    longest[RUN_LABEL_SIZE - 1] = '\0';
    assert_true(run_label_is_fit(longest));
    longest[RUN_LABEL_SIZE - 1] = 'x';
    longest[RUN_LABEL_SIZE] = '\0';
    assert_false(run_label_is_fit(longest));
    assert_true(run_label_is_fit("Büro, 'alt' \"2\" `x` \\n $HOME"));
    const char *const unfit[] = {"",     " a",      "a ",   " ",     "a\tb",
                                 "a\nb", "\x1b[0m", "\xff", "a\x7f", "\xe2\x80\xae"};
    for (size_t i = 0; i < sizeof unfit / sizeof *unfit; i++)
        assert_false(run_label_is_fit(unfit[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_derived),
        cmocka_unit_test(what_is_not_seen_is_left_out),
        cmocka_unit_test(a_given_name_goes_first),
        cmocka_unit_test(a_name_is_printable_and_short_whatever_the_file_has),
        cmocka_unit_test(names_that_no_terminal_shows_are_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
