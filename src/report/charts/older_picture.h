/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pictures of a chart's last drawing. Two thirds of what a page takes is the compression of its
 * PNGs, and a page is often made again of the same figures: where the SVG comes out as it was, so
 * would the PNG. */
#ifndef WAITBENCH_REPORT_CHARTS_OLDER_PICTURE_H
#define WAITBENCH_REPORT_CHARTS_OLDER_PICTURE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct picture_bytes {
    char *bytes; /* NULL where there is none */
    size_t size;
};

struct older_picture {
    struct picture_bytes svg;
    struct picture_bytes png; /* none where a script of plots/ is newer: it may draw that alone
                               * otherwise */
};

/* Takes CHARTS_DIR/NAME.svg and .png into memory, and NAME.svg, .png and .csv off the folder:
 * beside other rows they would lie. Returns 0 with `older` for the caller to finish, or -errno with
 * `error` set and nothing to finish. */
int older_picture_take(struct older_picture *older, const char *charts_dir, const char *name,
                       const char *plots_dir, struct error *error);

/* Puts the PNG back if CHARTS_DIR/NAME.svg, drawn anew, is what it was. Returns 1, 0 when it is to
 * be drawn, or -errno with `error` set. */
int older_picture_keep(const struct older_picture *older, const char *charts_dir, const char *name,
                       struct error *error);

void older_picture_finish(struct older_picture *older);

#endif
