/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plain fields of a struct as lines of text, "name value", and back. */
#ifndef WAITBENCH_LOAD_WIRE_FIELDS_H
#define WAITBENCH_LOAD_WIRE_FIELDS_H

#include <stddef.h>
#include <stdio.h>

enum field_kind {
    FIELD_INT,
    FIELD_INT64,
    FIELD_UINT64,
    FIELD_DOUBLE, /* to the last bit */
    FIELD_BOOL,
    FIELD_STRING, /* a const char *, which may be NULL and is not written then; read: malloc'ed */
    FIELD_CHARS,  /* a char[size] */
};

struct field {
    const char *name; /* NULL ends a list */
    enum field_kind kind;
    size_t offset;
    size_t size; /* of FIELD_CHARS */
};

/* Writes a line for each. */
void fields_write(const struct field *fields, const void *object, FILE *out);

/* Reads one line without its newline into the field that it names. Returns 0; -ENOENT: it names
 * none of them; -EINVAL: not such a value; -ENOMEM. */
int fields_read(const struct field *fields, void *object, const char *line);

#endif
