/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "readme/readme.h"

#include "base/replace.h"
#include "readme/readme_section.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MARKER_BEGIN "<!-- waitbench:"
#define MARKER_CLOSE " -->"
#define MARKER_END   "<!-- /waitbench -->"

enum needs { NEEDS_RUN, NEEDS_AA, NEEDS_OTHER, NEEDS_QUICK };

static const struct {
    const char *name;
    readme_section *write;
    enum needs needs;
} sections[] = {
    {"commands", readme_commands, NEEDS_QUICK}, {"environment", readme_environment, NEEDS_RUN},
    {"memory", readme_memory, NEEDS_RUN},       {"throughput", readme_throughput, NEEDS_RUN},
    {"latency", readme_latency, NEEDS_RUN},     {"scorecard", readme_scorecard, NEEDS_RUN},
    {"coffee", readme_coffee, NEEDS_RUN},       {"compare", readme_comparison, NEEDS_OTHER},
    {"noise", readme_noise, NEEDS_AA},
};
#define SECTION_COUNT (sizeof sections / sizeof *sections)

const char *const readme_sections_text =
    "commands (how long a quick and a default run take), environment (machine, versions, command, "
    "duration), memory, throughput, latency (tables), scorecard, coffee (the recipe's costs), "
    "compare (an excerpt), noise (what the A/A run says)";

/* The file while it is rewritten. */
struct rewriting {
    const char *file;
    FILE *in;
    struct readme readme;
    size_t line_number;
    size_t sections; /* met so far */
    char *line;
    size_t line_size;
};

static bool next_line(struct rewriting *rewriting)
{
    if (getline(&rewriting->line, &rewriting->line_size, rewriting->in) < 0)
        return false;
    rewriting->line_number++;
    return true;
}

static bool line_is_end(const struct rewriting *rewriting)
{
    return strncmp(rewriting->line, MARKER_END, strlen(MARKER_END)) == 0;
}

static bool line_is_begin(const struct rewriting *rewriting)
{
    return strncmp(rewriting->line, MARKER_BEGIN, strlen(MARKER_BEGIN)) == 0;
}

static int refuse(const struct rewriting *rewriting, const char *what)
{
    return error_set(rewriting->readme.error, -EBADMSG, "%s:%zu: %s", rewriting->file,
                     rewriting->line_number, what);
}

/* The number of the section that the line begins, or SECTION_COUNT. */
static size_t find_section(const char *line)
{
    const char *name = line + strlen(MARKER_BEGIN);
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        size_t length = strlen(sections[i].name);
        if (strncmp(name, sections[i].name, length) == 0 &&
            strncmp(name + length, MARKER_CLOSE, strlen(MARKER_CLOSE)) == 0)
            return i;
    }
    return SECTION_COUNT;
}

static bool has_run(const struct readme_runs *runs, enum needs needs)
{
    const struct recorded_run *const needed[] = {
        [NEEDS_RUN] = runs->run,
        [NEEDS_AA] = runs->aa,
        [NEEDS_OTHER] = runs->other,
        [NEEDS_QUICK] = runs->quick,
    };
    return needed[needs] != NULL;
}

/* From the marker that was read to the one that closes it. What cannot be written anew is kept. */
static int rewrite_section(struct rewriting *rewriting)
{
    struct readme *readme = &rewriting->readme;
    size_t number = find_section(rewriting->line);
    if (number == SECTION_COUNT)
        return refuse(rewriting, "no section of waitbench has this name");
    rewriting->sections++;
    bool written = has_run(readme->runs, sections[number].needs);
    int result = 0;
    fputs(rewriting->line, readme->out);
    if (written) {
        fputc('\n', readme->out);
        result = sections[number].write(readme);
        fputc('\n', readme->out);
    }
    size_t begun = rewriting->line_number;
    while (result == 0 && next_line(rewriting)) {
        if (line_is_end(rewriting)) {
            fputs(rewriting->line, readme->out);
            return 0;
        }
        if (line_is_begin(rewriting))
            break;
        if (!written)
            fputs(rewriting->line, readme->out);
    }
    rewriting->line_number = begun;
    return result < 0 ? result : refuse(rewriting, "the section is not closed: " MARKER_END);
}

static int rewrite_lines(struct rewriting *rewriting)
{
    int result = 0;
    while (result == 0 && next_line(rewriting)) {
        if (line_is_begin(rewriting))
            result = rewrite_section(rewriting);
        else if (line_is_end(rewriting))
            result = refuse(rewriting, "closes no section");
        else
            fputs(rewriting->line, rewriting->readme.out);
    }
    if (result == 0 && rewriting->sections == 0)
        result = error_set(rewriting->readme.error, -ENODATA,
                           "%s has no section to write: each stands between a line " MARKER_BEGIN
                           "NAME" MARKER_CLOSE " and a line " MARKER_END "; names: %s",
                           rewriting->file, readme_sections_text);
    return result;
}

static int rewrite(struct rewriting *rewriting, struct error *error)
{
    struct replacement whole;
    rewriting->in = fopen(rewriting->file, "re");
    if (!rewriting->in)
        return error_set(error, -errno, "cannot read %s: %s", rewriting->file, strerror(errno));
    int result = replacement_begin(&whole, error);
    if (result == 0) {
        rewriting->readme.out = whole.out;
        result = rewrite_lines(rewriting);
        if (result == 0 && ferror(rewriting->in))
            result = error_set(error, -EIO, "cannot read %s", rewriting->file);
        result = replacement_end(&whole, rewriting->file, result, error);
    }
    free(rewriting->line);
    fclose(rewriting->in);
    return result;
}

int readme_rewrite(const char *file, const struct readme_runs *runs, struct error *error)
{
    struct rewriting rewriting = {
        .file = file,
        .readme = {.runs = runs, .error = error, .machine = runs->run->machine},
    };
    int result = recorded_run_need_machine(runs->run, error);
    return result < 0 ? result : rewrite(&rewriting, error);
}
