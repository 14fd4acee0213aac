/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "subject/parameter.h"

#include "base/error.h"
#include "base/streams.h"
#include "base/text.h"

#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Above every character, so that no option has a short form. */
#define FIRST_KEY 256

static bool parse_choice(const struct parameter *parameter, const char *text)
{
    for (int64_t i = 0; parameter->choices[i]; i++)
        if (strcmp(parameter->choices[i], text) == 0) {
            *parameter->value = i;
            return true;
        }
    return false;
}

/* What --help calls the value: "inline|pool", or what kind it is of. */
static void describe_value(const struct parameter *parameter, char *text, size_t size)
{
    snprintf(text, size, "%s", parameter->text ? "TEXT" : "N");
    size_t length = 0;
    for (int i = 0; parameter->choices && parameter->choices[i] && length < size; i++)
        length += (size_t)snprintf(text + length, size - length, "%s%s", i > 0 ? "|" : "",
                                   parameter->choices[i]);
}

static void parse_value(const struct parameter *parameter, char *text, struct argp_state *state)
{
    char choices[128];
    describe_value(parameter, choices, sizeof choices);
    if (parameter->text)
        *parameter->text = text;
    else if (parameter->choices && !parse_choice(parameter, text))
        argp_error(state, "--%s takes %s, not '%s'", parameter->option, choices, text);
    else if (!parameter->choices &&
             text_parse_int64(text, parameter->low, parameter->high, parameter->value) != 0)
        argp_error(state, "--%s takes a whole number from %" PRId64 " to %" PRId64 ", not '%s'",
                   parameter->option, parameter->low, parameter->high, text);
}

static error_t parse_cb(int key, char *text, struct argp_state *state)
{
    const struct parameter *parameters = state->input;
    if (key == ARGP_KEY_ARG)
        argp_error(state, "unexpected argument '%s'", text);
    if (key < FIRST_KEY || key >= FIRST_KEY + PARAMETERS_MAX)
        return ARGP_ERR_UNKNOWN;
    parse_value(&parameters[key - FIRST_KEY], text, state);
    return 0;
}

void parameters_parse(const struct parameter *parameters, const char *about, int argc, char **argv)
{
    int result = streams_ensure();
    if (result < 0) {
        error_print("cannot open /dev/null: %s", strerror(-result));
        exit(EXIT_MISSING);
    }
    struct argp_option options[PARAMETERS_MAX + 1] = {0};
    char values[PARAMETERS_MAX][128];
    for (int i = 0; i < PARAMETERS_MAX && parameters[i].option; i++) {
        describe_value(&parameters[i], values[i], sizeof values[i]);
        options[i].name = parameters[i].option;
        options[i].key = FIRST_KEY + i;
        options[i].arg = values[i];
        options[i].doc = parameters[i].help;
    }
    struct argp argp = {.options = options, .parser = parse_cb, .doc = about};
    argp_err_exit_status = EXIT_USAGE;
    error_t error = argp_parse(&argp, argc, argv, 0, NULL, (void *)parameters);
    if (error != 0) {
        error_print("cannot read the options: %s", strerror(error));
        exit(EXIT_USAGE);
    }
}

void parameters_refuse(const char *format, ...)
{
    va_list arguments;
    fprintf(stderr, "%s: ", program_invocation_short_name);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fprintf(stderr, "\nTry `%s --help' for more information.\n", program_invocation_short_name);
    exit(EXIT_USAGE);
}

/* Options are written with dashes, keys with underscores. */
static void print_key(const struct parameter *parameter)
{
    fputs("parameter_", stdout);
    for (const char *letter = parameter->option; *letter; letter++)
        putchar(*letter == '-' ? '_' : *letter);
    if (parameter->unit[0] != '\0')
        printf("_%s", parameter->unit);
}

void parameters_print(const struct parameter *parameters)
{
    for (const struct parameter *parameter = parameters; parameter->option; parameter++) {
        if (!parameter->unit)
            continue;
        print_key(parameter);
        if (parameter->choices)
            printf(" %s\n", parameter->choices[*parameter->value]);
        else
            printf(" %" PRId64 "\n", *parameter->value);
    }
}
