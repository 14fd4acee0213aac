/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/charts/chart_words.h"

#include "base/utf8.h"
#include "run/label.h"
#include "run/machine_json.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define VERSION_SIZE 32

/* "2026-11-25" of "2026-11-25T17:26:31Z", which is UTC; "" of what is no date. */
static void day_of(const char *started, char day[11])
{
    static const char form[] = "0000-00-00T";
    size_t at = 0;
    while (form[at] && started &&
           (form[at] == '0' ? isdigit((unsigned char)started[at]) != 0 : started[at] == form[at]))
        at++;
    snprintf(day, 11, "%s", form[at] ? "" : started);
}

/* Whatever the file holds: it may be anybody's. */
static void describe_run(const json_t *machine, char *foot)
{
    char label[RUN_LABEL_SIZE];
    char version[VERSION_SIZE];
    char day[11];
    const char *measured_by = machine_find_text(machine, "waitbench_version");
    run_label(machine, label, sizeof label);
    day_of(machine_find_text(machine, "started_utc"), day);
    utf8_printable(version, sizeof version, measured_by ? measured_by : "");
    snprintf(foot, CHART_FOOT_SIZE, "%s%s%s%s%s", label, *day ? " · " : "", day,
             *version ? " · waitbench " : "", version);
}

void chart_title(const struct chart *chart, const struct chart_source *source, char *title)
{
    char whole[CHART_TITLE_SIZE];
    char words[2 * WORKLOAD_NAME_SIZE] = "";
    if (source->workload)
        workload_words(source->workload, words, sizeof words);
    snprintf(whole, sizeof whole, "%s%s%s", chart->title, source->workload ? ": " : "", words);
    utf8_printable(title, CHART_TITLE_SIZE, whole);
}

void chart_foot(const struct chart_source *source, char *foot)
{
    foot[0] = '\0';
    if (source->foot)
        utf8_printable(foot, CHART_FOOT_SIZE, source->foot);
    else if (source->run && source->run->machine)
        describe_run(source->run->machine, foot);
}
