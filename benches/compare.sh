#!/usr/bin/env bash
# Runs programs for the settlement task in turn and prints the median of CPU time and of peak memory.
#
#   benches/compare.sh ROUNDS EVENTS AGREEMENTS [PROGRAM PROGRAM...]
#
# A PROGRAM is a command with its first arguments; EVENTS, AGREEMENTS and an output file are added.
# The first program is what the others are held to: same bytes, and the ratio is to its CPU time.
# The ratio is the median of the ratios of each round, so that a slow minute of the machine falls on all.
set -euo pipefail
export LC_ALL=C

if [ $# -lt 3 ]; then
  sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
  exit 3
fi
rounds=$1 events=$2 agreements=$3
shift 3
bin=$(dirname "$0")/../target/dist
[ $# -gt 0 ] || set -- "$bin/reference stream" "$bin/settlement"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
memory=()
# GNU time counts CPU in hundredths of a second, which is too coarse, but it knows the peak memory.
if [ -x /usr/bin/time ] && /usr/bin/time -f %M true >/dev/null 2>&1; then
  memory=(/usr/bin/time -f %M -o "$work/peak")
fi

# Runs one program and prints its CPU seconds and its peak memory in KiB.
run() {
  local out=$1
  shift
  : >"$work/peak"
  # shellcheck disable=SC2206 # a program is a command with arguments
  local command=($1)
  local TIMEFORMAT='%3U %3S'
  local spent
  spent=$({ time "${memory[@]}" "${command[@]}" "$events" "$agreements" "$out" >/dev/null 2>"$work/messages"; } 2>&1) || {
    cat "$work/messages" >&2
    exit 1
  }
  printf '%s %s\n' "$spent" "$(tail -n 1 "$work/peak")" | awk '{ printf "%.3f %d\n", $1 + $2, $3 }'
}

median() {
  sort -n | awk '{ at[NR] = $1 } END { h = int((NR + 1) / 2); print NR % 2 ? at[h] : (at[h] + at[h + 1]) / 2 }'
}

# One round that does not count fills the page cache and compares the bytes.
index=0
for program in "$@"; do
  run "$work/$index.csv" "$program" >/dev/null
  cmp "$work/0.csv" "$work/$index.csv"
  index=$((index + 1))
done
for ((round = 0; round < rounds; round++)); do
  index=0
  for program in "$@"; do
    run "$work/out.csv" "$program" >>"$work/$index.figures"
    index=$((index + 1))
  done
done

printf '%10s %10s %10s  %s\n' 'CPU s' 'peak MiB' 'CPU ratio' program
index=0
for program in "$@"; do
  cpu=$(cut -d ' ' -f 1 "$work/$index.figures" | median)
  peak=$(cut -d ' ' -f 2 "$work/$index.figures" | median)
  ratio=$(paste -d ' ' "$work/$index.figures" "$work/0.figures" | awk '{ print $1 / $3 }' | median)
  if [ ${#memory[@]} -eq 0 ]; then
    peak='-'
  else
    peak=$(awk -v kib="$peak" 'BEGIN { printf "%.1f", kib / 1024 }')
  fi
  printf '%10.3f %10s %10.2f  %s\n' "$cpu" "$peak" "$ratio" "$program"
  index=$((index + 1))
done
