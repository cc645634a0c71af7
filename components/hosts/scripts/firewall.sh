# Makes or removes a cluster's rules on a host. Run as root, with `sh -s`.
#   MM_HOST    how messages call the machine
#   MM_CHAIN   the chains are $MM_CHAIN-let and $MM_CHAIN-bar
#   MM_RULES4  MM_RULES6  input of iptables-restore and ip6tables-restore
# Usage: apply PORT | remove. PORT is the port on which sshd answered: whatever the rules say, it stays open.
set -eu
PATH="/usr/sbin:/sbin:$PATH"
folder=/etc/mesos-matrix/$MM_CHAIN
unit=mesos-matrix-$MM_CHAIN.service

has_jump() {
  "$1" -w -t mangle -C PREROUTING -j "$2" 2>/dev/null
}

# The rules stand in the chains before anything leads to them; where they are in use they change in one step.
load() {
  if has_jump "$1" "$MM_CHAIN-let" && has_jump "$1" "$MM_CHAIN-bar"; then
    sed '/PREROUTING/d' "$2" | "$1-restore" -w --noflush
  else
    unload "$1"
    "$1-restore" -w --noflush <"$2"
  fi
}

unload() {
  for chain in "$MM_CHAIN-let" "$MM_CHAIN-bar"; do
    while has_jump "$1" "$chain"; do "$1" -w -t mangle -D PREROUTING -j "$chain"; done
    "$1" -w -t mangle -F "$chain" 2>/dev/null || continue
    "$1" -w -t mangle -X "$chain"
  done
}

has_ipv6() {
  [ -s /proc/net/if_inet6 ] && command -v ip6tables >/dev/null 2>&1
}

write_files() {
  mkdir -p "$folder"
  printf '%s\n' "$MM_RULES4" | sed "s/@SSH_PORT@/$1/" >"$folder/rules.v4"
  printf '%s\n' "$MM_RULES6" | sed "s/@SSH_PORT@/$1/" >"$folder/rules.v6"
}

# Docker starts containers again when the machine boots: the rules must be there before it.
outlive_reboot() {
  [ -d /run/systemd/system ] || return 0
  cat >"/etc/systemd/system/$unit" <<UNIT
[Unit]
Description=Closes the ports of the mesos-matrix cluster $MM_CHAIN
Before=docker.service network-pre.target
Wants=network-pre.target
DefaultDependencies=no
After=local-fs.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=$(command -v iptables-restore) --noflush $folder/rules.v4
ExecStart=-$(command -v ip6tables-restore || echo /bin/true) --noflush $folder/rules.v6

[Install]
WantedBy=multi-user.target
UNIT
  systemctl daemon-reload
  systemctl enable --quiet "$unit"
}

forget_reboot() {
  [ -e "/etc/systemd/system/$unit" ] || return 0
  systemctl disable --quiet "$unit"
  rm "/etc/systemd/system/$unit"
  systemctl daemon-reload
}

case $1 in
  apply)
    write_files "$2"
    load iptables "$folder/rules.v4"
    if has_ipv6; then load ip6tables "$folder/rules.v6"; fi
    outlive_reboot
    ;;
  remove)
    forget_reboot
    unload iptables
    if has_ipv6; then unload ip6tables; fi
    rm -rf "$folder"
    rmdir /etc/mesos-matrix 2>/dev/null || true
    ;;
esac
