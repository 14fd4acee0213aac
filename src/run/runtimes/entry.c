/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/runtimes/entry.h"

#include "run/experiment.h"
#include "run/scenario.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 32

int runtime_refuse(const struct runtime_reading *reading, const config_setting_t *at,
                   const char *format, ...)
{
    char what[384];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return error_set(reading->error, -EINVAL, "%s:%d: %s", reading->file,
                     (int)config_setting_source_line(at), what);
}

static int out_of_memory(const struct runtime_reading *reading)
{
    return error_set(reading->error, -ENOMEM, "out of memory");
}

/* A name is a cell of rows, and a word of a command line's list. */
static bool is_name(const char *text)
{
    for (const char *at = text; *at; at++)
        if (!isalnum((unsigned char)*at) && !strchr("._+-", *at))
            return false;
    return *text != '\0';
}

static bool is_sentence(const char *text)
{
    for (const char *at = text; *at; at++)
        if (iscntrl((unsigned char)*at))
            return false;
    return *text != '\0';
}

static int read_text(const struct runtime_reading *reading, const config_setting_t *value,
                     char *text, size_t size, bool (*is_fit)(const char *text), const char *takes)
{
    const char *read = config_setting_get_string(value);
    if (!read || strlen(read) >= size || !is_fit(read))
        return runtime_refuse(reading, value, "%s takes %s, of up to %zu bytes",
                              config_setting_name(value), takes, size - 1);
    snprintf(text, size, "%s", read);
    return 0;
}

static int read_name(const struct runtime_reading *reading, const config_setting_t *value,
                     char *text)
{
    return read_text(reading, value, text, RUNTIME_NAME_SIZE, is_name,
                     "a text of letters, digits and . _ + -");
}

/* The word with the places in it that it names. NULL when out of memory. */
static char *placed(const struct runtime_reading *reading, const char *word)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (!out)
        return NULL;
    while (*word) {
        bool source = strncmp(word, "{source}", strlen("{source}")) == 0;
        bool built = strncmp(word, "{built}", strlen("{built}")) == 0;
        if (source || built)
            fputs(source ? reading->source : reading->built, out);
        else
            fputc(*word, out);
        word += source ? strlen("{source}") : built ? strlen("{built}") : 1;
    }
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}

static void words_free(char **words)
{
    for (size_t i = 0; words && words[i]; i++)
        free(words[i]);
    free(words);
}

static int read_words(const struct runtime_reading *reading, const config_setting_t *value,
                      char ***words)
{
    int count = config_setting_is_aggregate(value) ? config_setting_length(value) : 0;
    if (config_setting_is_group(value) || count < 1 || count > WORDS_MAX)
        return runtime_refuse(reading, value, "%s takes a list of 1 to %d texts: [\"a\", \"b\"]",
                              config_setting_name(value), WORDS_MAX);
    char **read = calloc((size_t)count + 1, sizeof *read);
    for (int i = 0; read && i < count; i++) {
        const char *word = config_setting_get_string_elem(value, i);
        if (!word || *word == '\0') {
            words_free(read);
            return runtime_refuse(reading, value, "%s takes a list of texts in quotes",
                                  config_setting_name(value));
        }
        read[i] = placed(reading, word);
        if (!read[i]) {
            words_free(read);
            read = NULL;
        }
    }
    *words = read;
    return read ? 0 : out_of_memory(reading);
}

/* The keys of an entry. */
enum key { NAME, GROUP, ABOUT, MODEL, PAIR, SCENARIOS, COMMAND, PACKAGES, PROBE, KEYS };

static const struct {
    const char *name;
    bool needed;
} keys[KEYS] = {
    [NAME] = {"name", true},       [GROUP] = {"group", true},
    [ABOUT] = {"about", true},     [MODEL] = {"model", true},
    [PAIR] = {"pair", false},      [SCENARIOS] = {"scenarios", false},
    [COMMAND] = {"command", true}, [PACKAGES] = {"packages", true},
    [PROBE] = {"probe", true},
};

static int read_key(const struct runtime_reading *reading, const config_setting_t *value,
                    enum key key, struct runtime *runtime)
{
    switch (key) {
    case NAME:
        return read_name(reading, value, runtime->name);
    case GROUP:
        return read_name(reading, value, runtime->group);
    case ABOUT:
        return read_text(reading, value, runtime->about, sizeof runtime->about, is_sentence,
                         "a sentence on one line");
    case MODEL:
        return read_name(reading, value, runtime->model);
    case PAIR:
        return read_name(reading, value, runtime->pair);
    case SCENARIOS:
        return read_words(reading, value, &runtime->scenarios);
    case COMMAND:
        return read_words(reading, value, &runtime->command);
    case PACKAGES:
        return read_words(reading, value, &runtime->packages);
    default:
        return read_words(reading, value, &runtime->probe);
    }
}

static int read_keys(const struct runtime_reading *reading, const config_setting_t *group,
                     struct runtime *runtime)
{
    int result = 0;
    for (int i = 0; result == 0 && i < config_setting_length(group); i++) {
        const config_setting_t *value = config_setting_get_elem(group, (unsigned)i);
        enum key key = NAME;
        while (key < KEYS && strcmp(keys[key].name, config_setting_name(value)) != 0)
            key++;
        if (key == KEYS)
            return runtime_refuse(reading, value,
                                  "a runtime has no key '%s'; it has name, group, about, model, "
                                  "pair, scenarios, command, packages and probe",
                                  config_setting_name(value));
        result = read_key(reading, value, key, runtime);
    }
    for (enum key key = NAME; result == 0 && key < KEYS; key++)
        if (keys[key].needed && !config_setting_get_member(group, keys[key].name))
            result = runtime_refuse(reading, group, "a runtime needs %s", keys[key].name);
    return result;
}

/* Who says nothing is an echo server. */
static int default_scenarios(const struct runtime_reading *reading, struct runtime *runtime)
{
    if (runtime->scenarios)
        return 0;
    runtime->scenarios = calloc(2, sizeof *runtime->scenarios);
    if (runtime->scenarios)
        runtime->scenarios[0] = strdup(scenario_plain_server()->name);
    return runtime->scenarios && runtime->scenarios[0] ? 0 : out_of_memory(reading);
}

/* `all` is everybody's; rows of ours are told from others' by the subject's name. */
static int check_name(const struct runtime_reading *reading, const config_setting_t *group,
                      const struct runtime *runtime)
{
    if (strcmp(runtime->name, "all") == 0 || strcmp(runtime->group, "all") == 0)
        return runtime_refuse(reading, group, "'all' stands for every runtime, and is none's name");
    if (experiment_has_program(runtime->name))
        return runtime_refuse(reading, group, "%s is the name of one of our own programs",
                              runtime->name);
    return 0;
}

int runtime_read(const struct runtime_reading *reading, const config_setting_t *group,
                 struct runtime *runtime)
{
    struct runtime read = {.line = (int)config_setting_source_line(group)};
    if (!config_setting_is_group(group))
        return runtime_refuse(reading, group, "a runtime is a group: { name = \"...\"; ... }");
    int result = read_keys(reading, group, &read);
    if (result == 0)
        result = default_scenarios(reading, &read);
    if (result == 0)
        result = check_name(reading, group, &read);
    read.file = result == 0 ? strdup(reading->file) : NULL;
    if (result == 0 && !read.file)
        result = out_of_memory(reading);
    if (result < 0)
        runtime_finish(&read);
    else
        *runtime = read;
    return result;
}

void runtime_finish(struct runtime *runtime)
{
    words_free(runtime->scenarios);
    words_free(runtime->command);
    words_free(runtime->packages);
    words_free(runtime->probe);
    free(runtime->file);
    *runtime = (struct runtime){0};
}
