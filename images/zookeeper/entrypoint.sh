#!/bin/sh
# The contract of the official ZooKeeper image, as far as mesos-matrix uses it: ZOO_MY_ID, /conf/zoo.cfg, /data, JVMFLAGS.
set -eu
if [ ! -f /data/myid ]; then
  echo "${ZOO_MY_ID:-1}" >/data/myid
fi
chown -R zookeeper:zookeeper /conf /data
# ZooKeeper rewrites its own configuration (dynamic part), hence the owner of /conf.
exec setpriv --reuid=zookeeper --regid=zookeeper --init-groups \
  java -XX:SharedArchiveFile=/opt/mesos-matrix/zookeeper.jsa -Xshare:auto \
  -Dorg.slf4j.simpleLogger.showDateTime=true '-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss.SSSZ' \
  ${JVMFLAGS:-} \
  -cp /usr/share/java/zookeeper.jar:/usr/share/java/slf4j-simple.jar \
  org.apache.zookeeper.server.quorum.QuorumPeerMain /conf/zoo.cfg
