/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The clauses. Each tries one thing and says in `finding` what it saw; one that says nothing
 * holds. A clause leaves nothing behind but the crowd of the probe. */
#ifndef WAITBENCH_CHECK_CLAUSE_H
#define WAITBENCH_CHECK_CLAUSE_H

#include "check/finding.h"
#include "check/probe.h"

/* What a clause needs that others have found to be there. */
enum clause_need { /* beside the program */
                   NEEDS_CONNECTION = 1,
                   NEEDS_ECHO = 2,
                   NEEDS_WAITERS = 4,
                   NEEDS_END = 8, /* that it ended by itself */
};

typedef void clause_try(struct probe *probe, struct finding *finding);

struct clause {
    const char *name;
    clause_try *try;
    unsigned needs;
    const char *death; /* what it comes from when a program ends in it; NULL: its own words say */
};

/* Its start and its sockets: clause_start.c */
clause_try clause_start, clause_address, clause_nodelay, clause_crowd;
/* What comes back: clause_echo.c */
clause_try clause_one_byte, clause_requests, clause_pieces, clause_binary, clause_ahead,
    clause_large, clause_several;
/* What it answers: clause_answer.c */
clause_try clause_waiters_none, clause_waiters_closed, clause_waiters_reset, clause_stats,
    clause_stdout;
/* What peers do to it: clause_peer.c */
clause_try clause_resets, clause_half, clause_idle;
/* Its end: clause_end.c */
clause_try clause_end, clause_processes;

#endif
