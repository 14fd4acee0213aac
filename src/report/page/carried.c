/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The run itself on its page: a link for each file, which holds the file. Who is sent the page has
 * the run, too. */
#include "base/whole_file.h"
#include "report/charts/run_files.h"
#include "report/page/html.h"
#include "report/page/section.h"
#include "report/page/sections.h"
#include "run/packed/gzip.h"
#include "run/packed/packed_page.h"

#include <limits.h>
#include <stdlib.h>

/* What is derived is made again from the rest: it is there for those who only want to look. */
#define DERIVED_BYTES_MAX ((size_t)256 << 10)

struct carried {
    size_t files;
    size_t bytes;
    size_t packed_bytes;
};

static void write_size(FILE *out, size_t bytes)
{
    if (bytes < 1024)
        fprintf(out, "%zu bytes", bytes);
    else
        fprintf(out, "%zu KiB", (bytes + 512) / 1024);
}

static void write_sizes(FILE *out, size_t bytes, size_t packed_bytes)
{
    write_size(out, bytes);
    fputs(", packed ", out);
    write_size(out, packed_bytes);
}

static void write_link(FILE *out, const char *name, const unsigned char *packed,
                       size_t packed_bytes, size_t bytes)
{
    fputs("<li>", out);
    packed_page_write_link(out, name, packed, packed_bytes);
    fprintf(out, "%s.gz</a> <span class=\"label\">(", name);
    write_sizes(out, bytes, packed_bytes);
    fputs(")</span></li>\n", out);
}

/* What is not there, or no run's, is left out. */
static void carry(struct page *page, const struct packed_name *name, struct carried *carried)
{
    char path[PATH_MAX];
    char *bytes = NULL;
    unsigned char *packed = NULL;
    size_t length = 0;
    size_t packed_length = 0;
    if (run_path(path, page->folder, name->name, "", NULL) < 0 ||
        whole_file_read(path, PACKED_FILE_BYTES_MAX, &bytes, &length) < 0)
        return;
    if (gzip_pack(bytes, length, &packed, &packed_length) == 0 &&
        (!name->is_derived || packed_length <= DERIVED_BYTES_MAX)) {
        write_link(page->out, name->name, packed, packed_length, length);
        carried->files++;
        carried->bytes += length;
        carried->packed_bytes += packed_length;
    }
    free(packed);
    free(bytes);
}

void report_carried(struct page *page)
{
    struct carried carried = {0};
    section_open(page->out, "files", "The run itself");
    fputs("<p>This page carries the run that it shows: whoever has the page has the figures. "
          "<code>waitbench compare mine.html theirs.html</code> takes pages in the place of runs' "
          "folders, and so do <code>report</code>, <code>export</code> and <code>list</code>. Each "
          "link saves one file as it was measured, packed with gzip: <code>gunzip</code> unpacks "
          "it, pandas and R read it as it is.</p>\n<ul>\n",
          page->out);
    for (size_t i = 0; i < PACKED_FILES_MAX; i++)
        carry(page, &packed_names[i], &carried);
    fprintf(page->out, "</ul>\n<p class=\"label\">%zu files of ", carried.files);
    write_sizes(page->out, carried.bytes, carried.packed_bytes);
    fputs(".</p>\n", page->out);
    section_close(page->out);
}
