/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/page/section.h"

#include "report/page/html.h"

void section_open(FILE *out, const char *id, const char *heading)
{
    fprintf(out, "<section id=\"%s\" aria-labelledby=\"%s-h\">\n<h2 id=\"%s-h\">%s</h2>\n", id, id,
            id, heading);
}

void section_close(FILE *out)
{
    fputs("</section>\n", out);
}

void section_missing(FILE *out, const char *what, const char *reason)
{
    fprintf(out, "<p class=\"missing\">%s: ", what);
    html_text(out, reason);
    fputs(".</p>\n", out);
}
