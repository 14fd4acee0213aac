/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What runs that come as one file are made of: base64, gzip with a limit, and which names count. */
#include "base/base64.h"
#include "run/experiment.h"
#include "run/packed/gzip.h"
#include "run/packed/packed_run.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* RFC 4648, 10. */
static const char *const vectors[][2] = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
    {"\xff\xef\xbe", "/+++"},
};

static void base64_is_that_of_the_rfc(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        const char *plain = vectors[i][0];
        const char *coded = vectors[i][1];
        unsigned char bytes[16];
        char *text = NULL;
        size_t length = 0;
        FILE *out = open_memstream(&text, &length);
        base64_write(out, (const unsigned char *)plain, strlen(plain));
        fclose(out);
        assert_string_equal(text, coded);
        assert_int_equal(base64_read(bytes, coded, strlen(coded)), strlen(plain));
        assert_memory_equal(bytes, plain, strlen(plain));
        free(text);
    }
}

static void what_is_no_base64_is_refused(void **state)
{
    static const char *const texts[] = {
        "Z", "Zg=", "Zg", "Z===", "====", "Zg==Zg==", "Zm9\n", "Zm 9", "Zm9v=", "Zm9vZ\xc3\xa9="};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        unsigned char bytes[16];
        assert_int_equal(base64_read(bytes, texts[i], strlen(texts[i])), -EBADMSG);
    }
}

/* `length` zeros as gzip. */
static unsigned char *pack_zeros(size_t length, size_t *packed_length)
{
    unsigned char *packed;
    char *zeros = calloc(length, 1);
    assert_non_null(zeros);
    assert_int_equal(gzip_pack(zeros, length, &packed, packed_length), 0);
    free(zeros);
    return packed;
}

static void gzip_stops_at_its_limit(void **state)
{
    const size_t length = 1 << 20;
    size_t packed_length;
    unsigned char *packed = pack_zeros(length, &packed_length);
    char *bytes = NULL;
    size_t count = 0;
    (void)state;
    assert_true(packed_length < length / 500);
    assert_int_equal(gzip_unpack(packed, packed_length, length - 1, &bytes, &count), -EFBIG);
    assert_int_equal(gzip_unpack(packed, packed_length, 0, &bytes, &count), -EFBIG);
    assert_null(bytes);
    assert_int_equal(gzip_unpack(packed, packed_length, length, &bytes, &count), 0);
    assert_int_equal(count, length);
    free(bytes);
    free(packed);
}

static void gzip_that_is_cut_or_damaged_is_refused(void **state)
{
    size_t length;
    unsigned char *packed = pack_zeros(5000, &length);
    char *bytes = NULL;
    size_t count;
    (void)state;
    for (size_t cut = 0; cut < length; cut++)
        assert_int_equal(gzip_unpack(packed, cut, 1 << 20, &bytes, &count), -EBADMSG);
    /* The checksum, then the size, are its last eight bytes. */
    for (size_t back = 1; back <= 8; back++) {
        packed[length - back] ^= 1;
        assert_int_equal(gzip_unpack(packed, length, 1 << 20, &bytes, &count), -EBADMSG);
        packed[length - back] ^= 1;
    }
    assert_null(bytes);
    free(packed);
}

/* As `cat a.gz b.gz` makes it. */
static void gzip_behind_gzip_is_one(void **state)
{
    size_t length;
    unsigned char *packed = pack_zeros(1000, &length);
    unsigned char *twice = malloc(2 * length);
    char *bytes = NULL;
    size_t count = 0;
    (void)state;
    assert_non_null(twice);
    memcpy(twice, packed, length);
    memcpy(twice + length, packed, length);
    assert_int_equal(gzip_unpack(twice, 2 * length, 2000, &bytes, &count), 0);
    assert_int_equal(count, 2000);
    free(bytes);
    free(twice);
    free(packed);
}

static void every_file_of_trials_is_taken(void **state)
{
    (void)state;
    for (size_t i = 0; i < EXPERIMENT_COUNT; i++) {
        const char *extra = experiment_list[i].extra_file;
        assert_non_null(packed_name_find(experiment_list[i].file, strlen(experiment_list[i].file)));
        if (extra)
            assert_non_null(packed_name_find(extra, strlen(extra)));
    }
    assert_null(packed_name_find("memory.csv", 9));
    assert_null(packed_name_find("../memory.csv", 13));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base64_is_that_of_the_rfc),
        cmocka_unit_test(what_is_no_base64_is_refused),
        cmocka_unit_test(gzip_stops_at_its_limit),
        cmocka_unit_test(gzip_that_is_cut_or_damaged_is_refused),
        cmocka_unit_test(gzip_behind_gzip_is_one),
        cmocka_unit_test(every_file_of_trials_is_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
