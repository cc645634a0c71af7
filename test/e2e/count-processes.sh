#!/bin/sh
# Prints how many processes have $1 as the first word of their command line.
set -eu
count=0
for file in /proc/[0-9]*/cmdline; do
  first=$(tr '\0' '\n' <"$file" 2>/dev/null | head -n 1) || continue
  if [ "$first" = "$1" ]; then count=$((count + 1)); fi
done
echo "$count"
