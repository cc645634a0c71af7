# Says what a machine lacks as a host of a cluster. Run by the user who logs in, with `sh -s`; changes nothing.
#   MM_HOST       how messages call the machine
#   MM_PREPARE    1: what prepare.sh will see to is told on standard output and is no failure
#   MM_CGROUP     v1: cgroup v1 is needed; any
#   MM_FIREWALL   1: rules will be made
#   MM_DISK_MB    free space that Docker's folder must have
#   MM_ENGINE_BELOW  major version of Docker from which on it cannot be used; empty: any
#   MM_NOW        seconds since 1970 where the clock is right; empty: the clock is not looked at
# Exit code 1 when something is missing. Each finding is one line: what is so, and the cure.
set -eu

missing=0
me=$(id -un 2>/dev/null || id -u)
system=$(. /etc/os-release 2>/dev/null && printf '%s' "${PRETTY_NAME:-$ID}" || uname -s)
family=$(. /etc/os-release 2>/dev/null && printf '%s' "${ID:-}" || true)

lacks() {
  echo "$MM_HOST: $1" >&2
  missing=1
}

# What prepare.sh can mend, if it may and knows this system.
mendable() {
  if [ "$MM_PREPARE" != 1 ]; then
    lacks "$1; $2, or write prepare: true"
  elif [ "$family" != debian ]; then
    lacks "$1, and prepare: true knows only Debian, not $system; $2"
  elif ! may_be_root; then
    lacks "$1, and $me may not become root without a password, which prepare: true needs; $2"
  else
    echo "$MM_HOST: $3"
  fi
}

may_be_root() {
  [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null
}

cgroup_version() {
  if grep -q ' cgroup2 ' /proc/mounts && ! grep -q '^[^ ]* [^ ]* cgroup ' /proc/mounts; then echo v2; else echo v1; fi
}

look_at_docker() {
  if ! command -v docker >/dev/null 2>&1; then
    mendable "Docker is not installed" "install Docker (Debian: apt-get install docker.io)" "will install Docker from Debian's packages"
    return 0
  fi
  if version=$(docker version --format '{{.Server.Version}}' 2>&1); then
    look_at_version "$version"
    return 0
  fi
  case $version in
    *[Pp]"ermission denied"*)
      mendable "the user $me may not use Docker's socket" \
        "let the user into the group docker (usermod -aG docker $me) or log in as another one" \
        "will let $me into the group docker" ;;
    *)
      mendable "Docker is installed, but its engine does not answer ($(printf '%s\n' "$version" | grep . | head -n 1))" \
        "start it (service docker start)" "will start Docker's engine" ;;
  esac
}

look_at_version() {
  [ -n "$MM_ENGINE_BELOW" ] || return 0
  if [ "${1%%.*}" -ge "$MM_ENGINE_BELOW" ]; then
    lacks "Docker $1 cannot run the images of this cluster, which need an engine before $MM_ENGINE_BELOW; install an older one (Debian 12 has 20.10), or take other images"
  fi
}

look_at_cgroup() {
  [ "$MM_CGROUP" = v1 ] && [ "$(cgroup_version)" = v2 ] || return 0
  mendable "this cluster needs cgroup v1, and the machine has cgroup v2" \
    "boot it with systemd.unified_cgroup_hierarchy=0" \
    "will set the boot option for cgroup v1 and reboot once"
}

look_at_disk() {
  folder=/var/lib/docker
  [ -d "$folder" ] || folder=/var/lib
  root=$(docker info --format '{{.DockerRootDir}}' 2>/dev/null || true)
  [ -n "$root" ] && [ -d "$root" ] && folder=$root
  free=$(df -Pk "$folder" | awk 'NR == 2 { print int($4 / 1024) }')
  [ "$free" -ge "$MM_DISK_MB" ] || lacks "the disk is full: $folder has $free MB left, and images and logs need $MM_DISK_MB; make room (docker system df shows what Docker holds)"
}

look_at_clock() {
  [ -n "$MM_NOW" ] || return 0
  off=$(($(date +%s) - MM_NOW))
  [ "$off" -lt -60 ] || [ "$off" -gt 60 ] || return 0
  if [ "$off" -lt 0 ]; then way="$((-off)) s behind"; else way="$off s ahead"; fi
  lacks "the clock is $way; set it (timedatectl set-ntp true), or sessions, logs and the time of removal are wrong"
}

# Docker brings iptables, so it is missed only beside a Docker that was installed without it.
look_at_firewall() {
  [ "$MM_FIREWALL" = 1 ] || return 0
  if ! may_be_root; then
    lacks "the user $me may not become root without a password, which the rules that close the cluster's ports need; allow it (sudo), log in as root, or write firewall: unmanaged"
  elif command -v docker >/dev/null 2>&1 && ! (PATH="/usr/sbin:/sbin:$PATH" && command -v iptables) >/dev/null; then
    mendable "iptables is not installed" "install it (Debian: apt-get install iptables), write firewall: unmanaged" "will install iptables"
  fi
}

look_at_docker
look_at_cgroup
look_at_disk
look_at_clock
look_at_firewall
exit "$missing"
