# Makes a Debian machine a host of clusters: what is there already is left alone. Run as root, with `sh -s`.
#   MM_HOST          how messages call the machine
#   MM_USER          who logs in
#   MM_NAME          of the cluster, in the name of the file for sshd
#   MM_SESSIONS      sessions and connections at a time that sshd must allow
#   MM_CGROUP        v1: a boot option is set where it is needed; any
#   MM_ENGINE_BELOW  major version of Docker from which on it cannot be used; empty: any
# Usage: prepare | undo. `undo` takes back what is the cluster's own; Docker, the user's group and the boot option stay.
set -eu
export DEBIAN_FRONTEND=noninteractive PATH="/usr/sbin:/sbin:$PATH"

sshd_file=/etc/ssh/sshd_config.d/00-mesos-matrix-$MM_NAME.conf

fail() {
  echo "$MM_HOST: $1" >&2
  exit 1
}

know_system() {
  family=$(. /etc/os-release && printf '%s' "$ID")
  [ "$family" = debian ] || fail "prepare: true knows only Debian, not $(. /etc/os-release && printf '%s' "${PRETTY_NAME:-$ID}")"
}

# A new machine's own updates hold the lock for some minutes.
apt() {
  apt-get -qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@" >&2
}

known_to_apt() {
  apt-cache show "$1" >/dev/null 2>&1
}

install_docker() {
  if ! command -v docker >/dev/null 2>&1; then
    apt update || fail "apt-get update failed: Debian's packages cannot be reached from this machine"
    offered=$(apt-cache policy docker.io | awk '/Candidate:/ { print $2 }')
    if [ -n "$MM_ENGINE_BELOW" ] && [ "${offered%%.*}" -ge "$MM_ENGINE_BELOW" ]; then
      fail "this Debian has Docker $offered, and the images of this cluster need an engine before $MM_ENGINE_BELOW; take Debian 12"
    fi
    # From Debian 13 on the client is a package of its own.
    if known_to_apt docker-cli; then client=docker-cli; else client=; fi
    apt install --no-install-recommends -y docker.io $client
  fi
  if ! command -v iptables >/dev/null 2>&1; then
    apt update
    apt install --no-install-recommends -y iptables
  fi
}

engine_answers() {
  docker version --format '{{.Server.Version}}' >/dev/null 2>&1
}

start_engine() {
  engine_answers && return 0
  if [ -d /run/systemd/system ]; then
    systemctl enable --now docker >&2
  elif ! service docker start >&2; then
    # Nobody here starts services, or the init script may not raise its limits (CAP_SYS_RESOURCE).
    setsid dockerd >>/var/log/docker.log 2>&1 </dev/null &
  fi
  left=60
  until engine_answers; do
    [ "$left" -gt 0 ] || fail "Docker was started, but its engine does not answer after a minute; its log says why (journalctl -u docker, or /var/log/docker.log)"
    left=$((left - 1))
    sleep 1
  done
}

let_user_in() {
  [ "$MM_USER" != root ] || return 0
  id -nG "$MM_USER" | tr ' ' '\n' | grep -qx docker || usermod -aG docker "$MM_USER"
}

reload_sshd() {
  sshd -t || fail "sshd does not take its configuration any more: look into $sshd_file"
  if [ -d /run/systemd/system ]; then systemctl reload ssh; else kill -HUP "$(cat /run/sshd.pid)"; fi
}

sshd_allows() {
  sshd -T 2>/dev/null | awk -v want="$MM_SESSIONS" '
    $1 == "maxsessions" { sessions = $2 }
    $1 == "maxstartups" { split($2, part, ":"); startups = part[1] }
    END { exit !(sessions >= want && startups >= want) }'
}

widen_sshd() {
  sshd_allows && return 0
  [ -d /etc/ssh/sshd_config.d ] || fail "sshd of this machine reads no /etc/ssh/sshd_config.d; set MaxSessions and MaxStartups to $MM_SESSIONS by hand"
  printf 'MaxSessions %s\nMaxStartups %s:30:%s\n' "$MM_SESSIONS" "$MM_SESSIONS" "$((MM_SESSIONS * 2))" >"$sshd_file"
  reload_sshd
}

# systemd 256 wants to be told twice (its NEWS), 258 knows cgroup v1 no more.
choose_cgroup() {
  [ "$MM_CGROUP" = v1 ] || return 0
  ! grep -q '^[^ ]* [^ ]* cgroup ' /proc/mounts || return 0
  command -v update-grub >/dev/null 2>&1 || fail "this cluster needs cgroup v1, and only grub's boot options can be set here; boot the machine with systemd.unified_cgroup_hierarchy=0"
  known=$(dpkg-query -W -f '${Version}' systemd 2>/dev/null || echo 0)
  [ "${known%%[!0-9]*}" -lt 258 ] || fail "this cluster needs cgroup v1, which systemd $known knows no more; take Debian 12"
  mkdir -p /etc/default/grub.d
  printf 'GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX systemd.unified_cgroup_hierarchy=0 SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1"\n' \
    >/etc/default/grub.d/mesos-matrix.cfg
  update-grub >&2
}

case ${1:-prepare} in
  prepare)
    know_system
    install_docker
    start_engine
    let_user_in
    widen_sshd
    choose_cgroup
    ;;
  undo)
    if [ -e "$sshd_file" ]; then
      rm "$sshd_file"
      reload_sshd
    fi
    ;;
esac
