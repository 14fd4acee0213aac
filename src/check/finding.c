/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check/finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void write_text(struct finding *finding, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

static void write_text(struct finding *finding, const char *format, va_list arguments)
{
    vsnprintf(finding->text, sizeof finding->text, format, arguments);
}

void finding_hold(struct finding *finding, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    write_text(finding, format, arguments);
    va_end(arguments);
    finding->verdict = VERDICT_OK;
}

void finding_warn(struct finding *finding, const char *cause, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    write_text(finding, format, arguments);
    va_end(arguments);
    finding->verdict = VERDICT_WARNING;
    finding->cause = cause;
}

void finding_fail(struct finding *finding, const char *cause, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    write_text(finding, format, arguments);
    va_end(arguments);
    finding->verdict = VERDICT_FAILED;
    finding->cause = cause;
}

void finding_add_failure(struct finding *finding, const char *cause, const char *text)
{
    bool failed = finding->verdict == VERDICT_FAILED;
    size_t length = failed ? strlen(finding->text) : 0;
    if (!failed || !strstr(finding->text, text))
        snprintf(finding->text + length, sizeof finding->text - length, "%s%s",
                 failed ? "; then " : "", text);
    finding->verdict = VERDICT_FAILED;
    finding->cause = cause;
}
