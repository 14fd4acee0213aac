/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the page says of a claim: no more than the settings that it rests on. */
#include "report/page/sentence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

typedef void write_function(const struct claim *claim, FILE *out);

static void assert_says(write_function *write, const struct claim *claim, const char *words)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    write(claim, out);
    fclose(out);
    assert_string_equal(text, words);
    free(text);
}

/* Of two settings, of which the second is shown. */
struct judged_tail {
    struct summary_row rows[2];
    struct claim_vote votes[2];
    char settings[2][16];
    struct claim claim;
};

static void make_tail(struct judged_tail *tail, enum claim_verdict verdict, size_t resolved)
{
    *tail = (struct judged_tail){.settings = {"no work", "seldom < slow"}};
    for (size_t i = 0; i < 2; i++)
        tail->votes[i] = (struct claim_vote){.setting = tail->settings[i], .row = &tail->rows[i]};
    static char answer[] = "1.52 ms against 4.00 ms";
    static char other[] = "";
    tail->claim = (struct claim){
        .id = "tail",
        .verdict = verdict,
        .settings = 2,
        .resolved = resolved,
        .answer = answer,
        .shown.row = &tail->rows[1],
        .figures = other,
        .condition = other,
        .talk = other,
        .votes = {tail->votes, 2, 2},
    };
}

static void a_verdict_of_some_settings_says_of_which(void **state)
{
    (void)state;
    struct judged_tail tail;
    make_tail(&tail, CLAIM_REPRODUCED, 1);
    assert_says(sentence_write, &tail.claim,
                "In 1 of 2 settings the loop&#39;s slowest requests take longer than those of "
                "threads.");
    assert_says(sentence_write_answer, &tail.claim,
                "In 1 of 2 settings the loop&#39;s slowest requests take longer than those of "
                "threads: 1.52 ms against 4.00 ms (seldom &lt; slow).\n");
    assert_says(sentence_write_standing, &tail.claim,
                "<p class=\"ci\">reproduced: 1 of 2 settings resolved; shown: seldom &lt; "
                "slow</p>\n");
}

static void a_verdict_of_all_settings_needs_no_such_words(void **state)
{
    (void)state;
    struct judged_tail tail;
    make_tail(&tail, CLAIM_REFUTED, 2);
    tail.claim.shown.row = NULL;
    assert_says(
        sentence_write_answer, &tail.claim,
        "The loop&#39;s slowest requests take no longer than those of threads: 1.52 ms against "
        "4.00 ms.\n");
    tail.claim.settings = tail.claim.resolved = 0;
    assert_says(sentence_write_standing, &tail.claim, "");
}

static void figures_that_decide_nothing_say_so(void **state)
{
    (void)state;
    struct judged_tail tail;
    char few[] = "p99 (2 settings, each with too few blocks); too few blocks for a verdict";
    make_tail(&tail, CLAIM_UNDECIDED, 0);
    tail.claim.shown.row = NULL;
    tail.claim.figures = few;
    assert_says(sentence_write_answer, &tail.claim,
                "Whose slowest requests take longer is not decided.\n");
    assert_says(sentence_write_standing, &tail.claim,
                "<p class=\"ci\">undecided: 0 of 2 settings resolved, too few blocks</p>\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_verdict_of_some_settings_says_of_which),
        cmocka_unit_test(a_verdict_of_all_settings_needs_no_such_words),
        cmocka_unit_test(figures_that_decide_nothing_say_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
