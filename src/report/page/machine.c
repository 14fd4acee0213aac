/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/alloc.h"
#include "base/text.h"
#include "report/page/html.h"
#include "report/page/section.h"
#include "report/page/sections.h"
#include "run/machine_json.h"
#include "run/measurement_version.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define GIB 1073741824.0

static void write_value(FILE *out, const json_t *value);

/* "value 20000, unit files": what is null or empty is left out. */
static void write_members(FILE *out, const json_t *object)
{
    const char *separator = "";
    const char *name;
    json_t *member;
    json_object_foreach((json_t *)object, name, member)
    {
        const char *text = json_string_value(member);
        if (json_is_null(member) || (text && *text == '\0'))
            continue;
        fputs(separator, out);
        html_text(out, name);
        fputs(json_is_object(member) ? ": " : " ", out);
        write_value(out, member);
        separator = ", ";
    }
}

static void write_items(FILE *out, const json_t *array)
{
    for (size_t i = 0; i < json_array_size(array); i++) {
        const json_t *item = json_array_get(array, i);
        if (i > 0)
            fputs(json_is_object(item) ? "; " : ", ", out);
        write_value(out, item);
    }
    if (json_array_size(array) == 0)
        fputs("none", out);
}

static void write_value(FILE *out, const json_t *value)
{
    if (json_is_string(value)) {
        const char *text = json_string_value(value);
        html_text(out, *text ? text : "none");
    } else if (json_is_null(value)) {
        fputs("not seen", out);
    } else if (json_is_array(value)) {
        write_items(out, value);
    } else if (json_is_object(value)) {
        write_members(out, value);
    } else {
        char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));
        html_text(out, text ? text : "");
        free(text);
    }
}

static bool is_bytes(const char *key, const json_t *value)
{
    size_t length = strlen(key);
    return json_is_integer(value) && length > 6 && strcmp(key + length - 6, "_bytes") == 0 &&
           json_number_value(value) >= GIB / 10;
}

static void write_row(FILE *out, const char *group, const char *name, const json_t *value)
{
    fputs("<tr><th scope=\"row\">", out);
    html_text(out, group);
    fputs(*group ? ": " : "", out);
    html_text(out, name);
    fputs("</th><td>", out);
    write_value(out, value);
    if (is_bytes(name, value))
        fprintf(out, " (%.1f GiB)", json_number_value(value) / GIB);
    fputs("</td></tr>\n", out);
}

/* A group's members have rows of their own; what lies deeper stands in one line. */
static void write_rows(FILE *out, const json_t *machine)
{
    const char *name;
    const char *member_name;
    json_t *value;
    json_t *member;
    json_object_foreach((json_t *)machine, name, value)
    {
        if (!json_is_object(value))
            write_row(out, "", name, value);
        else
            json_object_foreach(value, member_name, member)
                write_row(out, name, member_name, member);
    }
}

/* A run of the first version does not say which it is. */
static void write_unsaid_version(FILE *out)
{
    fprintf(
        out,
        "<tr><th scope=\"row\">measurement_version</th><td>%d (the run does not say)</td></tr>\n",
        MEASUREMENT_VERSION_FIRST);
}

void report_machine(struct page *page)
{
    static const struct html_column columns[] = {{.heading = "What"}, {.heading = "Value"}};
    section_open(page->out, "machine", "The machine");
    if (page->run->machine) {
        html_table_open(page->out, "The machine as this run found it", columns, 2);
        if (!machine_find(page->run->machine, "measurement_version"))
            write_unsaid_version(page->out);
        write_rows(page->out, page->run->machine);
        html_table_close(page->out);
    } else {
        section_missing(page->out, "The machine is not described",
                        "the run has no machine.json that can be read");
    }
    section_close(page->out);
}

static void write_argument(FILE *out, const char *argument)
{
    char *word = NULL;
    size_t size = 0;
    FILE *text = alloc_checked(open_memstream(&word, &size));
    text_write_shell_word(argument, text);
    fclose(text);
    html_text(out, alloc_checked(word));
    free(word);
}

/* The first argument is the program and its command, as two words. */
static void write_command(FILE *out, const json_t *command, const json_t *seed)
{
    bool has_seed = false;
    for (size_t i = 0; i < json_array_size(command); i++) {
        const char *argument = json_string_value(json_array_get(command, i));
        if (!argument)
            continue;
        has_seed |= strncmp(argument, "--seed", 6) == 0;
        fputs(i > 0 ? " " : "build/", out);
        if (i > 0)
            write_argument(out, argument);
        else
            html_text(out, argument);
    }
    if (!has_seed && json_is_integer(seed))
        fprintf(out, " --seed %" JSON_INTEGER_FORMAT, json_integer_value(seed));
}

static void write_checkout(FILE *out, const char *revision)
{
    size_t length = strlen(revision);
    bool dirty = length > 6 && strcmp(revision + length - 6, "-dirty") == 0;
    fputs("git checkout ", out);
    for (size_t i = 0; i < length - (dirty ? 6 : 0); i++) {
        char one[] = {revision[i], '\0'};
        html_text(out, one);
    }
    fputs(dirty ? "  # and changes that were not committed\n" : "\n", out);
}

void report_command(struct page *page)
{
    FILE *out = page->out;
    const json_t *command = machine_find(page->run->machine, "command_line");
    const char *revision = machine_find_text(page->run->machine, "git_revision");
    section_open(page->out, "again", "Run it again");
    if (json_is_array(command)) {
        fputs("<p>The same arms, in the same order, in a checkout of waitbench (leave out "
              "<code>--output</code>, or name a new folder):</p>\n"
              "<pre tabindex=\"0\" role=\"region\" aria-label=\"Command\"><code>",
              out);
        if (revision)
            write_checkout(out, revision);
        write_command(out, command, machine_find(page->run->machine, "seed"));
        fputs("</code></pre>\n", out);
    } else {
        section_missing(page->out, "The command is not here", "machine.json does not say it");
    }
    section_close(page->out);
}
