/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can go wrong with a connection or a request, by name. */
#ifndef WAITBENCH_LOAD_ERROR_KIND_H
#define WAITBENCH_LOAD_ERROR_KIND_H

enum load_error_kind {
    LOAD_ERROR_REFUSED, /* nobody listens */
    LOAD_ERROR_RESET,   /* the server reset the connection */
    LOAD_ERROR_CLOSED,  /* the server closed the connection */
    LOAD_ERROR_WRONG,   /* bytes came that are not the reply, or that nobody asked for */
    LOAD_ERROR_REPLY,   /* a whole reply that says that the server could not do it */
    LOAD_ERROR_SILENT,  /* the first message was not answered within patience_ns */
    LOAD_ERROR_SYSTEM,  /* another error of a system call */
    LOAD_ERROR_UNSENT,  /* a request was due on a connection that had failed before */
    LOAD_ERROR_KINDS,
};

/* "refused", "reset", ... Static. */
const char *load_error_name(enum load_error_kind kind);

#endif
