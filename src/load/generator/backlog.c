/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/generator/backlog.h"

#include <errno.h>
#include <stdlib.h>

struct backlog_node {
    struct request request;
    uint32_t next;
};

void backlog_init(struct backlog *backlog)
{
    *backlog = (struct backlog){0};
}

void backlog_finish(struct backlog *backlog)
{
    free(backlog->nodes);
    *backlog = (struct backlog){0};
}

static int backlog_grow(struct backlog *backlog)
{
    uint32_t capacity = backlog->capacity ? 2 * backlog->capacity : 1024;
    if (capacity > BACKLOG_REQUESTS_MAX)
        return -ENOMEM;
    struct backlog_node *grown = reallocarray(backlog->nodes, capacity, sizeof *grown);
    if (!grown)
        return -ENOMEM;
    for (uint32_t i = backlog->capacity; i < capacity; i++)
        grown[i].next = i + 1 < capacity ? i + 2 : 0;
    backlog->free_head = backlog->capacity + 1;
    backlog->nodes = grown;
    backlog->capacity = capacity;
    return 0;
}

int backlog_push(struct backlog *backlog, struct backlog_queue *queue, struct request request)
{
    if (backlog->free_head == 0) {
        int result = backlog_grow(backlog);
        if (result < 0)
            return result;
    }
    uint32_t link = backlog->free_head;
    backlog->free_head = backlog->nodes[link - 1].next;
    backlog->nodes[link - 1] = (struct backlog_node){.request = request};
    if (queue->tail)
        backlog->nodes[queue->tail - 1].next = link;
    else
        queue->head = link;
    queue->tail = link;
    return 0;
}

bool backlog_pop(struct backlog *backlog, struct backlog_queue *queue, struct request *request)
{
    uint32_t link = queue->head;
    if (link == 0)
        return false;
    *request = backlog->nodes[link - 1].request;
    queue->head = backlog->nodes[link - 1].next;
    if (queue->head == 0)
        queue->tail = 0;
    backlog->nodes[link - 1].next = backlog->free_head;
    backlog->free_head = link;
    return true;
}
