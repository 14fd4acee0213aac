# SPDX-License-Identifier: GPL-3.0-or-later
# Latency by kind of work: a line for each kind, a panel for each percentile.
# usage: gnuplot -c plots/latency-work.gp RUN OUT [FILE]
NAME = "latency-work"
RUN = ARG1
OUT = ARG2
FILE = ARGC > 2 ? ARG3 : NAME
PLOTS = ARG0[1:strstrt(ARG0, NAME.".gp")-1]
load PLOTS."style.gp"
eval read_series
eval read_floor
eval percentile_extent

shown(figure, name) = latency(figure, name)
share_of(x) = number("capacity_share") > 0 ? sprintf("at %.0f %%%%: ", 100 * number("capacity_share")) : ""
detail(x) = share_of(0).rate_words(number("offered_per_second"))
ring(x) = 0
HAS_RING = 0
RING_LABEL = ""
# A point that is withheld is a cross at the panel's edge.
WITHHELD_LABEL = "withheld"
is_withheld(figure) = !(shown(figure, "median") > 0)
# A panel without any says so in words.
array EMPTY[3] = [MISSING[1], MISSING[2], MISSING[3]]
HAS_WITHHELD = 0
do for [k=1:3] {
  eval extent("is_withheld(PERCENTILE[k])", 0, 0)
  HAS_WITHHELD = HAS_WITHHELD || (MAX > 0 && !EMPTY[k])
}
KEY_ENTRIES = KEY_ENTRIES + HAS_WITHHELD
KEY_LENGTH = HAS_WITHHELD && KEY_LENGTH < strlen(WITHHELD_LABEL) ? strlen(WITHHELD_LABEL) : KEY_LENGTH
array EDGE[3] = [LOW / 1.3, LOW / 1.3, LOW / 1.3]
array MEASURED[3] = [0, 0, 0]
XLABEL = "latency (log scale)"
array FIGURE[3] = ["p50", "p99", "p999"]
array HEADING[3] = [TITLE[1], TITLE[2], TITLE[3]]
axis(k) = (EMPTY[k] ? "unset label; ".explain_missing(k)."; " : "")."eval latency_x(LOW, TOP, ROOM)"
array AXIS[3] = [axis(1), axis(2), axis(3)]
load PLOTS."kinds.gp"
