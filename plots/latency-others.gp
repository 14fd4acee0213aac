# SPDX-License-Identifier: GPL-3.0-or-later
# Latency of the requests that do not block beside those that do: a line for each kind of work and rate.
# usage: gnuplot -c plots/latency-others.gp RUN OUT [FILE]
NAME = "latency-others"
RUN = ARG1
OUT = ARG2
FILE = ARGC > 2 ? ARG3 : NAME
PLOTS = ARG0[1:strstrt(ARG0, NAME.".gp")-1]
load PLOTS."style.gp"
eval read_series
eval read_floor
# Short windows have no p99.9: then the others' p90 is worth more than an empty panel.
eval extent("positive(latency('other_p90', 'median'))", 0, -1)
IS_SHORT = MAX > 0
eval extent("positive(latency('p999', 'median'))", 0, -1)
IS_SHORT = IS_SHORT && !(MAX > 0)
array PERCENTILE[3] = ["other_p50", IS_SHORT ? "other_p90" : "other_p99", IS_SHORT ? "other_p99" : "p999"]
eval percentile_extent

shown(figure, name) = latency(figure, name)
detail(x) = "at ".rate_words(number("offered_per_second"))
ring(x) = 0
HAS_RING = 0
RING_LABEL = ""
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
array FIGURE[3] = [PERCENTILE[1], PERCENTILE[2], PERCENTILE[3]]
array HEADING[3] = ["Median of the others", (IS_SHORT ? "90th" : "99th")." percentile of the others", \
  IS_SHORT ? "99th percentile of the others" : "99.9th percentile of all"]
axis(k) = (EMPTY[k] ? "unset label; ".explain_missing(k)."; " : "")."eval latency_x(LOW, TOP, ROOM)"
array AXIS[3] = [axis(1), axis(2), axis(3)]
load PLOTS."kinds.gp"
