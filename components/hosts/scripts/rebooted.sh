# Whether the machine has cgroup v1 now. MM_HOST: how messages call the machine.
set -eu
if grep -q '^[^ ]* [^ ]* cgroup ' /proc/mounts; then exit 0; fi
echo "$MM_HOST: the machine was prepared for cgroup v1 but still has cgroup v2; look at its boot options (/proc/cmdline)" >&2
exit 1
