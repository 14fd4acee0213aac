/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Base64 as RFC 4648 has it, with padding and without line ends, as URLs of data have it. */
#ifndef WAITBENCH_BASE_BASE64_H
#define WAITBENCH_BASE_BASE64_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

void base64_write(FILE *out, const unsigned char *bytes, size_t length);

/* The most bytes that a text of that length stands for. */
#define BASE64_BYTES_MAX(length) ((length) / 4 * 3)

/* Writes what `text` stands for into `bytes`, which has room for BASE64_BYTES_MAX(length). Returns
 * how many bytes that are, or -EBADMSG: a length that is not a multiple of four, or any character
 * that does not belong there. */
int64_t base64_read(unsigned char *bytes, const char *text, size_t length);

#endif
