# First part of a cloud machine's startup script, which runs as root at every boot; prepare.sh follows it.
#   MM_USER   who will log in
#   MM_CGROUP v1: the machine reboots once if it has cgroup v2
# sshd gets the key that is known outside only at the end: whoever gets in with it has a machine that is prepared, or
# one that says in /run/mesos-matrix-startup what went wrong.
set -eu
log=/var/log/mesos-matrix-startup.log
exec >>"$log" 2>&1

rebooted=/var/lib/mesos-matrix-rebooted
metadata=http://169.254.169.254/computeMetadata/v1/instance/attributes

finish() {
  code=$?
  trap - EXIT
  if [ "$code" = 0 ] && [ "$MM_CGROUP" = v1 ] && [ ! -e "$rebooted" ] &&
    ! grep -q '^[^ ]* [^ ]* cgroup ' /proc/mounts; then
    touch "$rebooted"
    reboot
    exit 0
  fi
  echo "$code" >/run/mesos-matrix-startup
  pin_host_key
}

pin_host_key() {
  curl --silent --show-error --fail --retry 5 --max-time 20 --header 'Metadata-Flavor: Google' \
    "$metadata/mesos-matrix-host-key" >/etc/ssh/mesos-matrix.key
  chmod 600 /etc/ssh/mesos-matrix.key
  rm -f /etc/ssh/ssh_host_*
  mv /etc/ssh/mesos-matrix.key /etc/ssh/ssh_host_ed25519_key
  ssh-keygen -y -f /etc/ssh/ssh_host_ed25519_key >/etc/ssh/ssh_host_ed25519_key.pub
  reload_sshd
}

umask 077
trap finish EXIT
id -u "$MM_USER" >/dev/null 2>&1 || useradd --create-home --shell /bin/bash "$MM_USER"
umask 022

