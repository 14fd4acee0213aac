/* SPDX-License-Identifier: GPL-3.0-or-later */
/* waitbench run: measure, then make of the rows what readers want to see. */
#include "experiment/run.h"

#include "base/interrupt.h"
#include "base/places.h"
#include "cli/command.h"
#include "cli/present.h"
#include "cli/run_arguments.h"
#include "experiment/folder.h"
#include "report/charts/gnuplot.h"

#include <stdio.h>
#include <time.h>

static void wait_cb(pid_t pid)
{
    warning_print("another waitbench run is at work (pid %d): waiting for its end", (int)pid);
}

/* Before anything is looked at: what another run uses is free when it has ended. Returns 0 or
 * -EINTR. */
static int take_machine(const struct run_options *options)
{
    interrupt_catch();
    if (options->wait)
        return run_lock_wait(options->lock, wait_cb);
    run_lock_take(options->lock);
    return 0;
}

static int show(const char *folder)
{
    struct error error = {{0}};
    int result = present_run(folder, NULL, &error);
    present_print_folder(folder);
    if (result < 0)
        error_print("%s", error.text);
    /* plots/latest is for those who work in a checkout. */
    if (places_source())
        folder_link_latest(folder, places_source());
    return present_exit_code(result);
}

/* Before minutes of measuring, which then need not be waited for. */
static void warn_of_charts(void)
{
    struct error error = {{0}};
    if (gnuplot_look(&error) < 0)
        warning_print("there will be no charts: %s", error.text);
}

int command_run(int argc, char **argv)
{
    struct run_options options = {
        .seed = (uint64_t)time(NULL),
        .argc = argc,
        .argv = argv,
        .look = present_look,
    };
    char folder[PATH_MAX];
    struct run_lock lock = {.listener = -1};
    plan_changes_init(&options.changes);
    run_arguments_parse(&options, argc, argv);
    options.lock = &lock;
    if (options.profile && options.plan_path) {
        error_print("--profile and --plan: a run has one plan; leave one of them out");
        return EXIT_USAGE;
    }
    if (!options.profile)
        options.profile = "default";
    if (take_machine(&options) < 0) {
        error_print("interrupted before it began");
        return 128 + interrupt_signal();
    }
    warn_of_charts();
    int code = run_execute(&options, folder);
    /* What was measured is shown, even when a part of it failed; an interrupted run ends at once.
     */
    if (folder[0] != '\0' && code <= EXIT_MEASUREMENT_FAILED) {
        int presented = show(folder);
        code = code == EXIT_DONE || presented > EXIT_MISSING ? presented : code;
    }
    run_lock_finish(&lock);
    return code;
}
