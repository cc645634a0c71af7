# Reboots the machine once if it still has cgroup v2 alone. Run as root, with `sh -s`, after prepare.sh.
# New ssh connections are refused until the machine is up again: whoever gets in has the rebooted machine. The rule
# lives in memory only, and a machine that does not go down within two minutes takes it back.
set -eu
PATH="/usr/sbin:/sbin:$PATH"
port=$1

if grep -q '^[^ ]* [^ ]* cgroup ' /proc/mounts; then exit 0; fi
set -- -p tcp --syn --dport "$port" -m comment --comment mesos-matrix-reboot -j REJECT --reject-with tcp-reset
iptables -w -I INPUT "$@"
(
  sleep 1
  reboot
  sleep 120
  iptables -w -D INPUT "$@"
) >/dev/null 2>&1 </dev/null &
