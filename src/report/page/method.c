/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page's standing words: how to read the figures, and what they do not say. */
#include "report/page/section.h"
#include "report/page/sections.h"
#include "run/machine_json.h"

#include <stdbool.h>

static const char method[] =
    "<ul>\n"
    "<li>An <strong>arm</strong> is a program with its options. A <strong>trial</strong> is a "
    "fresh "
    "process of it, measured once; a <strong>block</strong> is every arm once, in random order. "
    "Figures are medians over blocks. A <strong>waiter</strong> is one open connection and whoever "
    "waits for it; <strong>idle</strong> connections are open beside the active ones and say "
    "nothing.</li>\n"
    "<li>Programs given by <code>--subject</code> have sixteen <strong>colours</strong>, six "
    "shapes of mark and four dashes, in the order of their names; from the seventeenth on colours "
    "come again, each with another shape than before.</li>\n"
    "<li>An <strong>interval</strong> is where the median of ever more blocks of this run would "
    "lie, "
    "with 95 % confidence. Another run, on a host that is slower or busier that hour, may lie "
    "outside it: ratios of arms in the same blocks are what repeats. Two figures whose intervals "
    "overlap may be equal. With fewer than 6 blocks there is "
    "no interval and no verdict.</li>\n"
    "<li>A <strong>ratio</strong> compares arms within the same blocks, so that what disturbed "
    "both cancels out. The verdict is given only when its interval excludes 1.</li>\n"
    "<li><strong>Memory</strong> of a waiter is the slope over the number of waiters: what the "
    "next one costs. Resident pages are only part of it; the total adds kernel stacks, page "
    "tables and the kernel's own structures.</li>\n"
    "<li><strong>Latency</strong> counts from when a request should have been sent, so that a "
    "stalled server cannot hide behind a generator that waits for it. 99.9 % means that one "
    "request in a thousand took longer.</li>\n"
    "</ul>\n"
    "<h3>Limits of the method</h3>\n"
    "<ul>\n";

static const char on_this_machine[] =
    "<li>Everything runs on one machine over the loopback interface: no network card, no "
    "distance, no packet loss.</li>\n"
    "<li>The load generator shares the machine with the server.";

static const char behind_prefixes[] =
    "<li>Requests come from load generators behind <code>--client</code>, over ways that the table "
    "of the machine has under <code>clients</code>: what a way takes is in the latencies of all "
    "programs alike, and differences of microseconds drown in it.</li>\n"
    "<li>What else happens on a generator's host is not seen but for its own stalls.";

static const char limits[] =
    " Where it was the limit and the "
    "server was not, the throughput says nothing about the server; its CPU per request is what it "
    "took at that load. Where it was late "
    "by more than a tenth of a percentile, a claim counts that comparison only as far as the times "
    "from the actual send agree.</li>\n"
    "<li>A percentile is left empty where fewer than 100 samples, or fewer than ten separate "
    "events, lie beyond it.</li>\n"
    "<li>Charges to a control group are batched per CPU; the sum of the parts and the kernel's "
    "charge differ a little, and both are shown.</li>\n"
    "<li>On a virtual machine, waking an idle CPU is slow, and a neighbour may take CPU time. "
    "Compare ratios between machines, not absolute times.</li>\n"
    "</ul>\n";

void report_method(struct page *page)
{
    bool prefixes = machine_find(page->run->machine, "clients") != NULL;
    section_open(page->out, "method", "How to read it");
    fputs(method, page->out);
    fputs(prefixes ? behind_prefixes : on_this_machine, page->out);
    fputs(limits, page->out);
    section_close(page->out);
}
