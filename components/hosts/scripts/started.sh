# Whether a cloud machine's startup script has done its work. MM_HOST: how messages call the machine.
set -eu
code=$(cat /run/mesos-matrix-startup)
[ "$code" = 0 ] && exit 0
echo "$MM_HOST: the startup script ended with $code; its last lines:" >&2
sudo -n tail -n 20 /var/log/mesos-matrix-startup.log >&2
exit 1
