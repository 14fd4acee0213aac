/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time, always CLOCK_MONOTONIC in nanoseconds. */
#ifndef WAITBENCH_BASE_CLOCK_H
#define WAITBENCH_BASE_CLOCK_H

#include <stdint.h>

#define NS_PER_US     INT64_C(1000)
#define NS_PER_MS     INT64_C(1000000)
#define NS_PER_SECOND INT64_C(1000000000)

/* Nanoseconds since an arbitrary start that is the same for every process on this machine. */
int64_t clock_now_ns(void);

/* Sleeps until that time; returns early only when a signal handler ran. A time in the past returns
 * at once. The kernel's timer slack applies (tens of microseconds): to be punctual, spin. */
void clock_sleep_until_ns(int64_t deadline_ns);

/* Milliseconds left until `deadline_ns`, rounded up, 0 when it has passed: a poll() timeout. */
int clock_poll_timeout_ms(int64_t deadline_ns);

#endif
