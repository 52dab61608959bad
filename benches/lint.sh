#!/usr/bin/env bash
# How long `servanda lint` takes over a folder of policies of 300 lines, and over one of them: the best of five runs.
#
#   benches/lint.sh [POLICIES]
#
# POLICIES are 1000 unless said otherwise. The goals, on two cores: under 3 s for a thousand, under 15 ms for one, from
# the start of the process. SERVANDA names the command; without it, it is built for release.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."
policies="${1:-1000}"
if [ -z "${SERVANDA:-}" ]; then
  cargo build --release --quiet -p servanda-cli
  SERVANDA="${CARGO_TARGET_DIR:-target}/release/servanda"
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Twelve lines to begin with, sixteen for each of eighteen clauses: each policy has names of its own.
policy() {
  awk -v number="$1" 'BEGIN {
    print "language 1.\n"
    printf "agreement \"Agreement %d\" {\n", number
    print "  party agency.\n  party client.\n  role lead of agency."
    print "  in force from 2026-01-01 for 12 months.\n  time zone Europe/Berlin.\n  money in EUR."
    printf "  let fee = %d EUR.\n", 1000 + number
    print "  calendar office { open mon..fri 09:00..18:00. closed on holidays of DE. }"
    for (k = 1; k <= 18; k++) {
      thing = "request_" number "_" k
      printf "\n  event %s.opened { %s: id, urgent: yes or no }\n", thing, thing
      printf "  event %s.closed { %s: id }\n", thing, thing
      printf "  case %s {\n    begins when %s.opened.\n", thing, thing
      printf "    close (closed) when %s.closed.\n    ends when closed.\n  }\n", thing
      printf "  clause %d \"Care for %s\" {\n", k, thing
      printf "    text \"Requests are closed within {time_%d of no}.\"\n", k
      printf "    let time_%d = depending on urgent { yes: %d office hours, no: %d office days }.\n", k, k, k
      printf "    measure share_%d per calendar month = share of %s in which %d(a) is kept.\n", k, thing, k
      printf "    (a) agency must close each %s within time_%d\n", thing, k
      printf "      otherwise agency credits client %d EUR.\n", k
      printf "    (b) agency must keep share_%d at least 95%% otherwise tell lead.\n  }\n", k
    }
    print "}"
  }'
}

mkdir "$work/policies"
for ((number = 1; number <= policies; number++)); do
  policy "$number" >"$work/policies/$number.sla"
done
lines=$(wc -l <"$work/policies/1.sla")

# The best wall time of five runs, in milliseconds.
best() {
  local TIMEFORMAT=%3R best= spent
  for _ in 1 2 3 4 5; do
    spent=$({ time "$@" >"$work/out" 2>"$work/messages"; } 2>&1) || {
      head -40 "$work/out" "$work/messages" >&2
      exit 1
    }
    spent=$((10#${spent/./}))
    if [ -z "$best" ] || [ "$spent" -lt "$best" ]; then best=$spent; fi
  done
  echo "$best"
}
folder=$(best "$SERVANDA" lint "$work/policies")
printf '%s policies of %s lines: %s ms (%s)\n' "$policies" "$lines" "$folder" "$(cat "$work/messages")"
one=$(best "$SERVANDA" lint "$work/policies/1.sla")
printf 'one of them: %s ms\n' "$one"
