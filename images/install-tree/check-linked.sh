# Fails where a program or library of the tree finds not all of its libraries in this image.
set -eu
failed=0
while read -r file; do
  unresolved=$(ldd "$file" 2>&1 | grep 'not found' || true)
  if [ -n "$unresolved" ]; then
    printf '%s:\n%s\n' "$file" "$unresolved" >&2
    failed=1
  fi
done </opt/mesos-matrix/linked
exit "$failed"
