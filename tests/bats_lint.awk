# SPDX-License-Identifier: GPL-3.0-or-later
# Lines of tests that could never fail, which shellcheck does not see or sees in the test's own lines
# only: bash's errexit, on which bats rests, passes over them. `awk -f bats_lint.awk FILE...` names
# each and exits 1. It knows lines, not the language: what it refuses can always be said in another way.

function refuse(why) {
  printf "%s:%d: %s\n  %s\n", FILENAME, FNR, why, $0
  refused = 1
}

# A line without what stands in quotes, tests of one command, and comments.
function bare(line) {
  gsub(/'[^']*'|"[^"]*"/, "", line)
  gsub(/\[\[[^\]]*\]\]|\(\([^)]*\)\)/, "", line)
  sub(/(^|[ \t])#.*/, "", line)
  return line
}

FNR == 1 { begun = "" }

# A line that goes on is looked at when it ends.
/\\$/ {
  begun = begun substr($0, 1, length($0) - 1) " "
  next
}

{
  $0 = begun $0
  begun = ""
  code = bare($0)
  condition = code ~ /^[ \t]*(if|elif|while|until)[ \t]/
}

!condition && code ~ /(^|[;{|&]|then|do|else)[ \t]*![ \t]/ {
  refuse("`! command` fails no test: use refute")
}

!condition && code ~ /[ \t]&&([ \t]|$)/ && code !~ /[ \t]\|\|([ \t]|$)/ {
  refuse("`a && b` fails no test where a does: use two lines, or if")
}

code ~ /[ \t]\|\|[ \t]*(true|:)[ \t;})]*$/ && $0 !~ /#/ {
  refuse("this never fails: say in a comment on the line why it may not")
}

/\[[ \t]+(-z[ \t]+"?\$\(|"\$\(.*\)"[ \t]+==?[ \t]+(""|''))/ {
  refuse("a command that fails prints nothing, too: keep its output first, then look at it")
}

/^[ \t]*(local|export|declare|readonly)[ \t]+[^#]*=[^ ]*\$\(/ {
  refuse("the command's failure is lost: first `local x`, then `x=$(...)`")
}

END { exit refused }
