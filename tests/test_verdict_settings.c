/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where runs agree on a claim, by the settings that they were asked in. */
#include "compare/differences.h"
#include "compare/verdicts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* Three machines' settings of one claim, named by single letters. */
struct asked {
    struct machines machines;
    struct verdict_row row;
    struct verdict_setting settings[3][4];
};

static char names[26][2];

static void ask(struct asked *asked, size_t machine, enum claim_verdict verdict, char name,
                enum better better)
{
    struct verdict_there *there = &asked->row.machines[machine];
    char *text = names[name - 'a'];
    text[0] = name;
    asked->settings[machine][there->settings.count++] =
        (struct verdict_setting){text, text, better};
    there->settings.items = asked->settings[machine];
    there->asked = true;
    there->verdict = verdict;
}

static void begin(struct asked *asked, size_t count)
{
    static struct asked empty;
    *asked = empty;
    asked->machines.count = count;
    for (size_t i = 0; i < count; i++)
        asked->machines.machines[i].repeats = i;
}

static void what_depends_on_both_may_depend_on_contraries(void **state)
{
    (void)state;
    static struct asked asked;
    int sides[MACHINES_MAX];
    begin(&asked, 3);
    for (size_t i = 0; i < 3; i++)
        ask(&asked, i, CLAIM_DEPENDS, 'a', BETTER_THREADS);
    ask(&asked, 0, CLAIM_DEPENDS, 'b', BETTER_LOOP);
    ask(&asked, 1, CLAIM_DEPENDS, 'b', BETTER_OPEN);
    assert_int_equal(verdict_concord(&asked.row, &asked.machines), CONCORD_AGREE);
    ask(&asked, 2, CLAIM_DEPENDS, 'b', BETTER_THREADS);
    assert_int_equal(verdict_concord(&asked.row, &asked.machines), CONCORD_CROSS);
    assert_string_equal(verdict_opposed(&asked.row, &asked.machines, sides)->key, "b");
    assert_int_equal(sides[0], 1);
    assert_int_equal(sides[1], SIDE_NONE);
    assert_int_equal(sides[2], 0);
    /* A copy has no say. */
    asked.machines.machines[2].repeats = 0;
    assert_int_equal(verdict_concord(&asked.row, &asked.machines), CONCORD_AGREE);
    assert_null(verdict_opposed(&asked.row, &asked.machines, sides));
}

static void other_settings_are_another_question(void **state)
{
    (void)state;
    static struct asked asked;
    begin(&asked, 3);
    ask(&asked, 0, CLAIM_DEPENDS, 'a', BETTER_THREADS);
    ask(&asked, 0, CLAIM_DEPENDS, 'b', BETTER_LOOP);
    ask(&asked, 1, CLAIM_REFUTED, 'b', BETTER_LOOP);
    ask(&asked, 2, CLAIM_UNDECIDED, 'c', BETTER_OPEN);
    assert_int_equal(verdict_concord(&asked.row, &asked.machines), CONCORD_PART);
    assert_false(verdict_settings_are_shared(&asked.row, &asked.machines));
    ask(&asked, 1, CLAIM_REFUTED, 'a', BETTER_OPEN);
    /* The one without a verdict was asked something else. */
    assert_true(verdict_settings_are_shared(&asked.row, &asked.machines));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_depends_on_both_may_depend_on_contraries),
        cmocka_unit_test(other_settings_are_another_question),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
