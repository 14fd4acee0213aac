/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/arm.h"

#include "base/programs.h"
#include "run/experiment.h"
#include "run/pair.h"
#include "run/scenario.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wordexp.h>

/* A NULL-terminated copy of `count` words. */
static char **words_copy(char *const *words, size_t count)
{
    char **copy = calloc(count + 1, sizeof *copy);
    for (size_t i = 0; copy && i < count; i++) {
        copy[i] = strdup(words[i]);
        if (!copy[i]) {
            arm_argv_free(copy);
            return NULL;
        }
    }
    return copy;
}

static size_t words_count(char *const *words)
{
    size_t count = 0;
    while (words[count])
        count++;
    return count;
}

/* What the model's program is called, whatever the model. */
static const char *program_of(const char *name)
{
    enum model model;
    return model_find(name, &model) ? model_program(model) : name;
}

int arm_init(struct arm *arm, const char *programs_dir, const char *scenario, const char *model,
             const char *allocator, const struct arm_parameters *parameters)
{
    char path[PATH_MAX];
    struct arm filled = {.parameters = *parameters};
    snprintf(filled.scenario, ARM_NAME_MAX, "%s", scenario);
    snprintf(filled.model, ARM_NAME_MAX, "%s", model);
    snprintf(filled.allocator, ARM_NAME_MAX, "%s", allocator);
    snprintf(filled.pair, ARM_NAME_MAX, PAIR_OURS);
    snprintf(filled.subject, ARM_NAME_MAX, "%s-%s%s", scenario, program_of(model),
             strcmp(allocator, "libc") == 0 ? "-libc" : "");
    snprintf(path, sizeof path, "%s/%s", programs_dir, filled.subject);
    if (access(path, X_OK) < 0)
        return -ENOENT;
    char *word = path;
    filled.command = words_copy(&word, 1);
    if (!filled.command)
        return -ENOMEM;
    *arm = filled;
    return 0;
}

static const char *split_fault(int result)
{
    switch (result) {
    case WRDE_BADCHAR:
        return "it has one of | & ; < > ( ) { } or a newline outside quotes; there is no shell";
    case WRDE_BADVAL:
        return "it names a variable that is not set";
    case WRDE_CMDSUB:
        return "it has a command inside; there is no shell";
    case WRDE_SYNTAX:
        return "a quote or bracket is not closed";
    default:
        return "out of memory";
    }
}

/* Of "NAME=CMD"; returns 0 with the name's length, or -EINVAL with `error` set. */
static int check_name(const char *definition, size_t *length, struct error *error)
{
    const char *equals = strchr(definition, '=');
    *length = equals ? (size_t)(equals - definition) : 0;
    bool valid = *length > 0;
    for (size_t i = 0; i < *length; i++)
        valid &= isalnum((unsigned char)definition[i]) || strchr("._+-", definition[i]);
    if (!valid)
        return error_set(error, -EINVAL,
                         "--subject takes NAME=CMD, with letters, digits and . _ + - in NAME, "
                         "not '%s'",
                         definition);
    if (*length >= ARM_NAME_MAX)
        return error_set(error, -EINVAL,
                         "--subject: a name may have %d characters, and '%.*s' has %zu",
                         ARM_NAME_MAX - 1, (int)*length, definition, *length);
    return 0;
}

int arm_init_foreign(struct arm *arm, const char *definition, struct error *error)
{
    size_t length;
    int result = check_name(definition, &length, error);
    if (result < 0)
        return result;
    struct arm filled = {.foreign = true};
    wordexp_t words;
    snprintf(filled.subject, ARM_NAME_MAX, "%.*s", (int)length, definition);
    /* It speaks the protocol of this scenario. */
    snprintf(filled.scenario, ARM_NAME_MAX, "%s", scenario_plain_server()->name);
    /* Rows are told apart by the subject's name. */
    if (experiment_has_program(filled.subject))
        return error_set(
            error, -EINVAL,
            "--subject %s: that is the name of one of our own programs; choose another",
            filled.subject);
    result = wordexp(definition + length + 1, &words, WRDE_NOCMD | WRDE_UNDEF);
    if (result != 0)
        return error_set(error, -EINVAL, "cannot split the command of --subject %s: %s",
                         filled.subject, split_fault(result));
    size_t count = words.we_wordc;
    if (count > 0)
        filled.command = words_copy(words.we_wordv, count);
    wordfree(&words);
    if (!filled.command)
        return error_set(error, -EINVAL, "--subject %s has no command", filled.subject);
    *arm = filled;
    return 0;
}

int arm_init_runtime(struct arm *arm, const struct runtime *runtime, const char *scenario)
{
    struct arm filled = {
        .foreign = true,
        .takes_options = strcmp(scenario, scenario_plain_server()->name) != 0,
    };
    snprintf(filled.scenario, ARM_NAME_MAX, "%s", scenario);
    snprintf(filled.model, ARM_NAME_MAX, "%s", runtime->model);
    snprintf(filled.subject, ARM_NAME_MAX, "%s", runtime->name);
    snprintf(filled.pair, ARM_NAME_MAX, "%s", runtime->pair);
    filled.command = words_copy(runtime->command, words_count(runtime->command));
    if (!filled.command)
        return -ENOMEM;
    *arm = filled;
    return 0;
}

int arm_find_program(const struct arm *arm, struct error *error)
{
    const char *name = arm->command[0];
    int result = programs_look(name);
    if (result == 0)
        return 0;
    return error_set(error, result == -ENOENT ? -ENOENT : -EINVAL,
                     "--subject %s: cannot run %s: %s", arm->subject, name, strerror(-result));
}

const struct protocol *arm_protocol(const struct arm *arm)
{
    const char *name = scenario_find(arm->scenario)->protocol;
    return name ? protocol_find(name) : NULL;
}

int arm_add_words(struct arm *arm, const char *const *words)
{
    size_t count = words_count(arm->command);
    size_t added = words_count((char *const *)words);
    char **grown = reallocarray(arm->command, count + added + 1, sizeof *grown);
    if (!grown)
        return -ENOMEM;
    arm->command = grown;
    for (size_t i = 0; i < added; i++) {
        grown[count + i] = strdup(words[i]);
        grown[count + i + 1] = NULL;
        if (!grown[count + i])
            return -ENOMEM;
    }
    return 0;
}

bool arm_has_same_command(const struct arm *a, const struct arm *b)
{
    char *const *word_a = a->command;
    char *const *word_b = b->command;
    for (; *word_a && *word_b; word_a++, word_b++)
        if (strcmp(*word_a, *word_b) != 0)
            return false;
    return !*word_a && !*word_b;
}

int64_t arm_shards(const struct arm *arm)
{
    const struct scenario *scenario = scenario_find(arm->scenario);
    bool shares = scenario && scenario->protocol && arm->parameters.shards > 1;
    return shares ? arm->parameters.shards : 1;
}

bool arm_has_same_parameters(const struct arm *first, const struct arm *other)
{
    const struct arm_parameters *a = &first->parameters;
    const struct arm_parameters *b = &other->parameters;
    return a->stack_bytes == b->stack_bytes && a->loops == b->loops &&
           arm_shards(first) == arm_shards(other) && a->work_cpu_us == b->work_cpu_us &&
           a->work_stack_bytes == b->work_stack_bytes && a->work_heap_bytes == b->work_heap_bytes &&
           a->hold_bytes == b->hold_bytes && a->work_slow_us == b->work_slow_us &&
           a->work_slow_every == b->work_slow_every && a->work_cache_bytes == b->work_cache_bytes &&
           option_values_are_same(&a->options, &b->options);
}

int arm_copy(struct arm *copy, const struct arm *arm)
{
    char **command = words_copy(arm->command, words_count(arm->command));
    if (!command)
        return -ENOMEM;
    *copy = *arm;
    copy->command = command;
    return 0;
}

void arm_finish(struct arm *arm)
{
    arm_argv_free(arm->command);
    arm->command = NULL;
}

void arm_set_columns(const struct arm *arm, struct csv_writer *csv)
{
    csv_set_text(csv, "scenario", arm->scenario);
    csv_set_text(csv, "model", arm->model);
    csv_set_text(csv, "allocator", arm->allocator);
    csv_set_text(csv, "subject", arm->subject);
}
