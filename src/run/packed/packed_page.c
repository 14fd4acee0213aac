/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/packed/packed_page.h"

#include "base/alloc.h"
#include "base/base64.h"
#include "run/packed/gzip.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* No text of a run can look like it: its < and " are escaped on a page. */
#define LINK_BEGINS "<a download=\""
#define NAME_ENDS   ".gz\" href=\"data:application/gzip;base64,"

#define NAME_BYTES_MAX 64

static const char doctype[] = "<!doctype html";

/* Whoever sends a page on may have put lines before it. */
#define HEAD_BYTES 1024

/* What programs that save pages may put behind it. */
#define TAIL_BYTES 1024

struct page_text {
    const char *at;
    const char *end;
    const char *source;
};

bool packed_page_is(const char *text, size_t length)
{
    for (size_t i = 0; i < HEAD_BYTES && i + sizeof doctype - 1 <= length; i++)
        if (strncasecmp(text + i, doctype, sizeof doctype - 1) == 0)
            return true;
    return false;
}

static bool is_whole(const char *text, size_t length)
{
    size_t tail = length < TAIL_BYTES ? length : TAIL_BYTES;
    return memmem(text + length - tail, tail, "</html>", 7) != NULL;
}

/* The next link's file name, of which `length` is without .gz; NULL behind the last. The text goes
 * on with the file. */
static const char *next_name(struct page_text *text, size_t *length)
{
    for (;;) {
        const char *link =
            memmem(text->at, (size_t)(text->end - text->at), LINK_BEGINS, sizeof LINK_BEGINS - 1);
        if (!link)
            return NULL;
        const char *name = text->at = link + sizeof LINK_BEGINS - 1;
        size_t left = (size_t)(text->end - name);
        const char *quote = memchr(name, '"', left < NAME_BYTES_MAX ? left : NAME_BYTES_MAX);
        size_t before = sizeof ".gz" - 1;
        if (!quote || (size_t)(quote - name) < before ||
            (size_t)(text->end - quote) + before < sizeof NAME_ENDS - 1 ||
            memcmp(quote - before, NAME_ENDS, sizeof NAME_ENDS - 1) != 0)
            continue;
        *length = (size_t)(quote - name) - before;
        text->at = quote - before + sizeof NAME_ENDS - 1;
        return name;
    }
}

/* The link's file, still as base64. */
static int unpack(const char *base64, size_t length, char **bytes, size_t *count)
{
    unsigned char *packed = alloc_array(BASE64_BYTES_MAX(length) + 1, 1);
    int64_t size = base64_read(packed, base64, length);
    int result = size < 0 ? (int)size
                          : gzip_unpack(packed, (size_t)size, PACKED_FILE_BYTES_MAX, bytes, count);
    free(packed);
    return result;
}

static int add_file(struct packed_files *files, struct page_text *text, const char *known,
                    struct error *error)
{
    char *bytes = NULL;
    size_t length = 0;
    const char *quote = memchr(text->at, '"', (size_t)(text->end - text->at));
    int result = quote ? unpack(text->at, (size_t)(quote - text->at), &bytes, &length) : -EBADMSG;
    if (result == -EFBIG)
        return packed_too_large(text->source, known, error);
    if (result < 0)
        return error_set(error, result, "%s: its %s is damaged; have the page sent again",
                         text->source, known);
    text->at = quote;
    return packed_files_add(files, known, bytes, length, text->source, error);
}

int packed_page_read(struct packed_files *files, const char *text, size_t length,
                     const char *source, struct error *error)
{
    struct page_text rest = {text, text + length, source};
    const char *name;
    size_t name_length = 0;
    int result = 0;
    if (!is_whole(text, length))
        return error_set(error, -EBADMSG, "%s is cut short: it has no </html>; have it sent again",
                         source);
    while (result == 0 && (name = next_name(&rest, &name_length))) {
        const char *known = packed_name_find(name, name_length);
        if (known)
            result = add_file(files, &rest, known, error);
    }
    if (result == 0 && files->count == 0)
        return error_set(error, -ENODATA,
                         "%s carries no run, as pages of older versions do not; give its run's "
                         "folder, of which `waitbench report` writes a page that does",
                         source);
    return result;
}

void packed_page_write_link(FILE *out, const char *name, const unsigned char *packed, size_t length)
{
    fprintf(out, LINK_BEGINS "%s" NAME_ENDS, name);
    base64_write(out, packed, length);
    fputs("\">", out);
}
