#!/bin/bash
# The first process of a lab host, in namespaces of its own: makes LAB_ROOT its root and starts what a server starts.
# Environment: LAB_NAME hostname, LAB_ROOT its file system.
set -euo pipefail
hostname "$LAB_NAME"
cd "$LAB_ROOT"
mkdir -p old
pivot_root . old
cd /
mount -t proc proc /proc
mount --rbind /old/sys /sys
mount --rbind /old/dev /dev
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /tmp
umount -l /old
rmdir /old
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
# A kernel boots without rules; here the namespace outlives the machine.
if [ -x /usr/sbin/iptables-restore ]; then
  for table in filter nat mangle raw; do printf '*%s\nCOMMIT\n' "$table"; done | iptables-restore
fi
mkdir -p /run/sshd
/usr/sbin/sshd -E /var/log/sshd.log
if [ -x /usr/sbin/dockerd ]; then
  dockerd >/var/log/dockerd.log 2>&1 &
fi
trap 'exit 0' TERM
echo up
# Whatever ends, the host stays up, as a server would.
sleep infinity &
wait $!
