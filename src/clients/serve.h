/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The far side of hello.h: a load generator that is told by lines what to do. */
#ifndef WAITBENCH_CLIENTS_SERVE_H
#define WAITBENCH_CLIENTS_SERVE_H

/* Serves stdin until it ends. Returns the exit code. */
int client_serve(void);

#endif
