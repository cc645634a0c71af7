#!/bin/sh
# Runs the server once while the image is built, so that its classes can be loaded from a shared archive: a server
# then starts in a fraction of the time.
set -eu
mkdir -p /tmp/archive/data
printf 'dataDir=/tmp/archive/data\nclientPort=2181\nadmin.enableServer=false\n4lw.commands.whitelist=srvr\n' >/tmp/archive/zoo.cfg
java -XX:ArchiveClassesAtExit=/opt/mesos-matrix/zookeeper.jsa -cp /usr/share/java/zookeeper.jar:/usr/share/java/slf4j-simple.jar \
  org.apache.zookeeper.server.quorum.QuorumPeerMain /tmp/archive/zoo.cfg >/tmp/archive/log 2>&1 &
server=$!
sleep 5
kill -TERM "$server"
wait "$server" || true
test -s /opt/mesos-matrix/zookeeper.jsa || { cat /tmp/archive/log; exit 1; }
rm -rf /tmp/archive
