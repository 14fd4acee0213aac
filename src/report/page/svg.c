/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/page/svg.h"

#include "base/text.h"
#include "report/page/html.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define SVG_BYTES_MAX ((size_t)8 << 20)

/* What an id or a reference to one begins with in gnuplot's output. */
static const char *const id_starts[] = {"id='", "id=\"", "href='#", "href=\"#", "url(#"};

static const char *id_start_at(const char *text)
{
    for (size_t i = 0; i < sizeof id_starts / sizeof id_starts[0]; i++)
        if (strncmp(text, id_starts[i], strlen(id_starts[i])) == 0)
            return id_starts[i];
    return NULL;
}

/* Behind an element of which nothing is kept, or `text` itself if none begins there. */
static const char *skip_element(const char *text, const char *start, const char *end)
{
    if (strncmp(text, start, strlen(start)) != 0)
        return text;
    const char *found = strstr(text, end);
    return found ? found + strlen(end) : text;
}

/* The body, from behind the root's start tag on, up to and with its end tag. gnuplot escapes '<'
 * in every text, so that a '<' always begins a tag. */
static void write_body(FILE *out, const char *body, const char *name)
{
    bool in_tag = false;
    while (*body) {
        const char *rest = skip_element(body, "<title>", "</title>");
        rest = skip_element(rest, "<desc>", "</desc>");
        if (rest != body) {
            body = rest;
            continue;
        }
        in_tag = *body == '<' || (in_tag && *body != '>');
        const char *id = in_tag ? id_start_at(body) : NULL;
        if (id) {
            fprintf(out, "%s%s-", id, name);
            body += strlen(id);
        } else {
            fputc(*body++, out);
        }
    }
}

/* A picture of that width or less, in its own pixels, is made to be read on a narrow screen. */
#define NARROW_PIXELS 600

/* One that is so many times as high as wide cannot be read on one sheet of paper. */
#define TALL_TIMES 2

/* Without the first `head` of its pixels. */
static void write_view(FILE *out, const char *view_box, int head)
{
    double numbers[4] = {0};
    char *end = NULL;
    for (size_t i = 0; i < 4; i++) {
        numbers[i] = strtod(view_box, &end);
        view_box = end;
    }
    fprintf(out, "<svg viewBox=\"%g %g %g %g\" role=\"img\" ", numbers[0], numbers[1] + head,
            numbers[2], numbers[3] - head);
    bool narrow = numbers[2] <= NARROW_PIXELS;
    bool tall = numbers[3] - head > TALL_TIMES * numbers[2];
    if (narrow || tall)
        fprintf(out, "class=\"%s%s%s\" ", narrow ? "narrow" : "", narrow && tall ? " " : "",
                tall ? "tall" : "");
}

static void write_root(FILE *out, const char *name, const char *title, const char *description)
{
    fprintf(out, "aria-labelledby=\"%s-title\" aria-describedby=\"%s-desc\" ", name, name);
    fputs("xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\">\n",
          out);
    fprintf(out, "<title id=\"%s-title\">", name);
    html_text(out, title);
    fprintf(out, "</title>\n<desc id=\"%s-desc\">", name);
    html_text(out, description);
    fputs("</desc>\n", out);
}

int svg_inline(FILE *out, const char *path, const char *name, const char *title,
               const char *description, int head, struct error *error)
{
    char *text = malloc(SVG_BYTES_MAX);
    if (!text)
        return error_set(error, -ENOMEM, "out of memory reading %s", path);
    int64_t length = text_read_file(path, text, SVG_BYTES_MAX);
    const char *root = length > 0 ? strstr(text, "<svg") : NULL;
    const char *view_box = root ? strstr(root, "viewBox=\"") : NULL;
    const char *body = view_box ? strchr(view_box, '>') : NULL;
    int result = 0;
    if (body) {
        view_box += strlen("viewBox=\"");
        write_view(out, view_box, head);
        write_root(out, name, title, description);
        write_body(out, body + 1, name);
    } else if (length < 0) {
        result = error_set(error, (int)length, "cannot read %s: %s", path, strerror((int)-length));
    } else {
        result = error_set(error, -EBADMSG, "%s is not a picture by gnuplot", path);
    }
    free(text);
    return result;
}
