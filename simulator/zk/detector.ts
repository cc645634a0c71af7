import { Exception } from "node-zookeeper-client";
import type { Log } from "../log";
import { leaderAmong } from "./candidates";
import { decodeMasterInfo, masterPid, type MasterInfo } from "./master-info";
import { isFailure, type ZkSession } from "./session";

/** A leader, and the znode that says so: the same master elected again has another node. */
export interface Detected {
  readonly node: string;
  readonly info: MasterInfo;
}

/** What happens to whoever watches for the leader. */
export interface DetectorEvents {
  /** A new leader, or none. */
  detected(leader: Detected | undefined): void;
  /** Detection cannot go on; the real binary exits. */
  failed(why: string): void;
}

/** Watches the cluster's path over the life of one session, reading again at every change and reconnection. */
export async function watchLeader(
  session: ZkSession,
  path: string,
  tag: string,
  log: Log,
  events: DetectorEvents,
): Promise<void> {
  let last: string | undefined;
  let known = false;
  let round = 0;
  const look = async (): Promise<void> => {
    round += 1;
    const mine = round;
    try {
      const children = await session.children(path, again);
      const leader = leaderAmong(children, tag);
      if (mine !== round || (known && leader?.node === last)) return;
      const data = leader === undefined ? undefined : await session.read(`${path}/${leader.node}`);
      if (mine !== round) return;
      if (leader !== undefined && data === undefined) {
        again();
        return;
      }
      known = true;
      last = leader?.node;
      if (leader === undefined || data === undefined) {
        log("No leading master");
        events.detected(undefined);
        return;
      }
      const info = decodeMasterInfo(leader.label, data);
      log(`A new leading master (${masterPid(info)}, node ${leader.node}) is detected`);
      events.detected({ node: leader.node, info });
    } catch (error) {
      if (isFailure(error) && error.getCode() === Exception.NO_NODE) {
        session.ensure(path).then(again, () => undefined);
      } else if (isFailure(error))
        log(`Could not read ${path}: ${error.message}; trying again once connected`, "W");
      else
        events.failed(`Failed to detect a master: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const again = (): void => {
    if (!session.isOver()) void look();
  };
  await session.connected;
  await session.ensure(path);
  session.onReconnect(again);
  await look();
}
