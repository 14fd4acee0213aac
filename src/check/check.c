/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check/check.h"

#include "base/clock.h"
#include "base/interrupt.h"
#include "check/clause.h"
#include "check/family.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>

/* A program that every clause ends is not started for each. */
#define RESTARTS_MAX 4

#define RESET_DEATH                                                                        \
    "an error of one connection ends all: in C send with MSG_NOSIGNAL or ignore SIGPIPE; " \
    "elsewhere catch it where the connection is served"

static const struct clause clauses[] = {
    {.name = "start", .try = clause_start},
    {.name = "address", .try = clause_address},
    {.name = "waiters at first", .try = clause_waiters_none},
    {.name = "one byte", .try = clause_one_byte, .needs = NEEDS_CONNECTION},
    {.name = "requests one by one", .try = clause_requests, .needs = NEEDS_ECHO},
    {.name = "a request in pieces", .try = clause_pieces, .needs = NEEDS_ECHO},
    {.name = "bytes of every value", .try = clause_binary, .needs = NEEDS_ECHO},
    {.name = "requests sent ahead", .try = clause_ahead, .needs = NEEDS_ECHO},
    {.name = "a large request", .try = clause_large, .needs = NEEDS_ECHO},
    {.name = "several connections", .try = clause_several, .needs = NEEDS_ECHO},
    {.name = "TCP_NODELAY", .try = clause_nodelay, .needs = NEEDS_ECHO},
    {.name = "100 connections at once",
     .try = clause_crowd,
     .needs = NEEDS_CONNECTION | NEEDS_WAITERS},
    {.name = "stats", .try = clause_stats},
    {.name = "waiters after closing",
     .try = clause_waiters_closed,
     .needs = NEEDS_CONNECTION | NEEDS_WAITERS},
    {.name = "waiters after resets",
     .try = clause_waiters_reset,
     .needs = NEEDS_CONNECTION | NEEDS_WAITERS,
     .death = RESET_DEATH},
    {
        .name = "peers that reset",
        .try = clause_resets,
        .needs = NEEDS_ECHO,
        .death = RESET_DEATH,
    },
    /* The reset of a moment ago may be met only now, where much else runs. */
    {.name = "a peer that closes its half",
     .try = clause_half,
     .needs = NEEDS_ECHO,
     .death = RESET_DEATH},
    {.name = "idle connections", .try = clause_idle, .needs = NEEDS_ECHO},
    {.name = "standard output", .try = clause_stdout},
    {.name = "end", .try = clause_end},
    {.name = "processes", .try = clause_processes, .needs = NEEDS_END},
};

#define CLAUSES (sizeof clauses / sizeof *clauses)

struct trial {
    struct probe probe;
    int restarts;
    bool over; /* nothing more can be tried */
    int64_t deadline_ns;
};

static bool has_what_it_needs(const struct probe *probe, unsigned needs)
{
    return (!(needs & NEEDS_CONNECTION) || probe->connects) &&
           (!(needs & NEEDS_ECHO) || probe->echoes) && (!(needs & NEEDS_WAITERS) || probe->tells) &&
           (!(needs & NEEDS_END) || probe->ended);
}

/* After a clause that ended it, for the next one. */
static bool is_ready(struct trial *trial, const struct clause *clause)
{
    struct error error;
    bool needs_none = clause->try == clause_start || clause->needs == NEEDS_END;
    if (trial->over || clock_now_ns() > trial->deadline_ns)
        return false;
    if (needs_none || trial->probe.runs)
        return true;
    trial->over = trial->restarts++ == RESTARTS_MAX || probe_start(&trial->probe, &error) < 0;
    return !trial->over;
}

/* What a clause has done to it shows in whether it still answers: a death a moment later belongs to
 * this clause and not to the next. */
static void look_after(struct probe *probe, const struct clause *clause, struct finding *finding)
{
    static const char unknown[] = "an error that nobody catches: its last words on standard error, "
                                  "if any, say which";
    struct error error = {{0}};
    char end[512];
    int64_t waiters;
    if (!probe->runs)
        return;
    probe_drain(probe);
    if (probe->tells && probe_waiters(probe, &waiters, &error) == 0)
        return;
    if (!probe->tells && !channel_ended(&probe->subject.channel))
        return;
    if (!probe->tells) {
        channel_describe_end(&probe->subject.channel, end, sizeof end);
        error_set(&error, 0, "the subject %s", end);
    }
    finding_add_failure(finding, clause->death ? clause->death : unknown, error.text);
    probe_kill(probe);
}

static void try_clause(struct trial *trial, const struct clause *clause, struct finding *finding)
{
    struct probe *probe = &trial->probe;
    *finding = (struct finding){.clause = clause->name, .verdict = VERDICT_NOT_TRIED};
    if (!is_ready(trial, clause) || !has_what_it_needs(probe, clause->needs))
        return;
    finding->verdict = VERDICT_OK;
    clause->try(probe, finding);
    if (clause->try == clause_start)
        trial->over = !probe->runs;
    else
        look_after(probe, clause, finding);
}

static void count(struct check_summary *summary, enum verdict verdict)
{
    int *counts[] = {
        [VERDICT_OK] = &summary->held,
        [VERDICT_WARNING] = &summary->warnings,
        [VERDICT_FAILED] = &summary->failed,
        [VERDICT_NOT_TRIED] = &summary->not_tried,
    };
    (*counts[verdict])++;
}

int check_subject(char *const *argv, check_report *report, void *data,
                  struct check_summary *summary)
{
    struct trial trial = {0};
    struct finding finding;
    int64_t start_ns = clock_now_ns();
    *summary = (struct check_summary){0};
    family_adopt();
    probe_init(&trial.probe, argv);
    trial.deadline_ns = start_ns + CHECK_SECONDS * NS_PER_SECOND;
    for (size_t i = 0; i < CLAUSES && !interrupt_signal(); i++) {
        try_clause(&trial, &clauses[i], &finding);
        if (interrupt_signal())
            break;
        count(summary, finding.verdict);
        report(data, &finding);
    }
    probe_kill(&trial.probe);
    summary->elapsed_ns = clock_now_ns() - start_ns;
    return interrupt_signal() ? -EINTR : 0;
}
