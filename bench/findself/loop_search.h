/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The search with a loop: a handle for each address that is asked. */
#ifndef WAITBENCH_BENCH_FINDSELF_LOOP_SEARCH_H
#define WAITBENCH_BENCH_FINDSELF_LOOP_SEARCH_H

#include "findself.h"
#include "loop_stream.h"

#include <uv.h>

struct search;

/* Asks one address until it answers. */
struct ask {
    struct search *search;
    const struct address *address;
    struct stream stream; /* while `open` */
    uv_timer_t timer;
    uv_connect_t connect;
    bool open;
    bool over; /* will not be asked again */
};

struct search {
    struct findself *self;
    uv_loop_t *loop;
    uv_timer_t timer; /* until it begins */
    struct ask asks[FINDSELF_ADDRESSES_MAX];
    /* Called once, when the search has ended well. */
    void (*found_cb)(struct search *search, const struct address *address);
    void *data;
};

/* The search is the caller's memory, zeroed, until the loop has closed its handles. */
void search_start(struct search *search, uv_loop_t *loop, struct findself *self,
                  void (*found_cb)(struct search *search, const struct address *address),
                  void *data);

/* Closes its handles; a second time does nothing. */
void search_stop(struct search *search);

#endif
