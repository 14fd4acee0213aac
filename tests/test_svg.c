/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/page/svg.h"
#include "run_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What the page has of a picture of that size. The caller frees it. */
static char *inlined(const struct run_folder *folder, int width, int height)
{
    char path[PATH_MAX];
    char text[256];
    char *page = NULL;
    size_t length = 0;
    struct error error = {""};
    snprintf(text, sizeof text, "<svg viewBox=\"0 0 %d %d\">\n<g></g>\n</svg>\n", width, height);
    run_folder_write(folder, "one.svg", text);
    snprintf(path, sizeof path, "%s/one.svg", folder->path);
    FILE *out = open_memstream(&page, &length);
    assert_non_null(out);
    assert_int_equal(svg_inline(out, path, "one", "title", "words", 34, &error), 0);
    fclose(out);
    return page;
}

static void test_the_page_knows_the_shape_of_a_picture(void **state)
{
    static const struct {
        int width, height;
        const char *begin;
    } cases[] = {
        {800, 600, "<svg viewBox=\"0 34 800 566\" role=\"img\" aria"},
        {480, 600, "<svg viewBox=\"0 34 480 566\" role=\"img\" class=\"narrow\" aria"},
        {480, 1678, "<svg viewBox=\"0 34 480 1644\" role=\"img\" class=\"narrow tall\" aria"},
        {800, 1634, "<svg viewBox=\"0 34 800 1600\" role=\"img\" aria"},
        {800, 1635, "<svg viewBox=\"0 34 800 1601\" role=\"img\" class=\"tall\" aria"},
    };
    struct run_folder folder;
    (void)state;
    run_folder_create(&folder);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *page = inlined(&folder, cases[i].width, cases[i].height);
        assert_memory_equal(page, cases[i].begin, strlen(cases[i].begin));
        free(page);
    }
    run_folder_destroy(&folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_page_knows_the_shape_of_a_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
