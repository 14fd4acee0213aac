/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Echo: the server sends back every byte it gets. A request is of any size and is not marked off
 * from the next one; a reply has come when as many bytes are back as were sent. */
#ifndef WAITBENCH_LOAD_PROTOCOL_ECHO_H
#define WAITBENCH_LOAD_PROTOCOL_ECHO_H

#include "load/protocol/protocol.h"

extern const struct protocol protocol_echo;

#endif
