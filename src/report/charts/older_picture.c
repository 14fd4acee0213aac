/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/charts/older_picture.h"

#include "base/alloc.h"
#include "base/replace.h"
#include "report/charts/run_files.h"

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What cannot be read is none. */
static struct picture_bytes read_picture(const char *path)
{
    struct picture_bytes picture = {NULL, 0};
    char part[65536];
    size_t got;
    FILE *in = fopen(path, "re");
    if (!in)
        return picture;
    FILE *out = alloc_checked(open_memstream(&picture.bytes, &picture.size));
    while ((got = fread(part, 1, sizeof part, in)) > 0)
        fwrite(part, 1, got, out);
    bool failed = ferror(in) != 0;
    fclose(in);
    fclose(out);
    alloc_checked(picture.bytes);
    if (failed) {
        free(picture.bytes);
        picture = (struct picture_bytes){NULL, 0};
    }
    return picture;
}

static bool is_newer(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec > b->tv_sec || (a->tv_sec == b->tv_sec && a->tv_nsec > b->tv_nsec);
}

/* Whether any script has changed since the picture was drawn: they load one another. */
static bool is_outdated(const char *path, const char *plots_dir)
{
    char pattern[PATH_MAX];
    struct stat picture;
    struct stat script;
    glob_t found;
    if (stat(path, &picture) < 0 || run_path(pattern, plots_dir, "*", ".gp", NULL) < 0 ||
        glob(pattern, GLOB_NOSORT, NULL, &found) != 0)
        return true;
    bool outdated = false;
    for (size_t i = 0; i < found.gl_pathc; i++)
        outdated |=
            stat(found.gl_pathv[i], &script) < 0 || is_newer(&script.st_mtim, &picture.st_mtim);
    globfree(&found);
    return outdated;
}

static int take_off(const char *charts_dir, const char *name, const char *ending,
                    struct error *error)
{
    char path[PATH_MAX];
    int result = run_path(path, charts_dir, name, ending, error);
    if (result == 0 && unlink(path) < 0 && errno != ENOENT)
        result = error_set(error, -errno, "cannot replace %s: %s", path, strerror(errno));
    return result;
}

int older_picture_take(struct older_picture *older, const char *charts_dir, const char *name,
                       const char *plots_dir, struct error *error)
{
    static const char *const endings[] = {".svg", ".png", ".csv"};
    char svg[PATH_MAX];
    char png[PATH_MAX];
    struct older_picture taken = {.svg = {NULL, 0}};
    int result = run_path(svg, charts_dir, name, ".svg", error);
    if (result == 0)
        result = run_path(png, charts_dir, name, ".png", error);
    if (result == 0 && !is_outdated(png, plots_dir)) {
        taken.svg = read_picture(svg);
        taken.png = read_picture(png);
    }
    for (size_t i = 0; result == 0 && i < sizeof endings / sizeof endings[0]; i++)
        result = take_off(charts_dir, name, endings[i], error);
    if (result == 0)
        *older = taken;
    else
        older_picture_finish(&taken);
    return result;
}

int older_picture_keep(const struct older_picture *older, const char *charts_dir, const char *name,
                       struct error *error)
{
    char path[PATH_MAX];
    int result = run_path(path, charts_dir, name, ".svg", error);
    if (result < 0 || !older->svg.bytes || !older->png.bytes)
        return result;
    struct picture_bytes svg = read_picture(path);
    bool same = svg.bytes && svg.size == older->svg.size &&
                memcmp(svg.bytes, older->svg.bytes, svg.size) == 0;
    free(svg.bytes);
    if (!same)
        return 0;
    result = run_path(path, charts_dir, name, ".png", error);
    if (result == 0)
        result = file_replace(path, older->png.bytes, older->png.size, error);
    return result < 0 ? result : 1;
}

void older_picture_finish(struct older_picture *older)
{
    free(older->svg.bytes);
    free(older->png.bytes);
    *older = (struct older_picture){.svg = {NULL, 0}};
}
