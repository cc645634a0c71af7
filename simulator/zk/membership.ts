import { masterInfoLabel } from "../../mesos/wire";
import type { Log } from "../log";
import { watchLeader, type DetectorEvents } from "./detector";
import { encodeMasterInfo, type MasterInfo } from "./master-info";
import { ZkSession } from "./session";
import type { ZkUrl } from "./url";

/** First and longest pause before a lost session is replaced; it doubles while nothing comes of it. */
const RENEW_MS = 200;
const MAX_RENEW_MS = 5_000;

/** What a cluster member hears from ZooKeeper. */
export interface MembershipEvents extends DetectorEvents {
  /** The session is lost; answers whether to go on with a new one. */
  lost(why: string): boolean;
  /** Number of masters whose log replica is there. Masters only. */
  replicas(count: number): void;
}

/** Where and as what a process takes part. */
export interface MembershipOptions {
  readonly url: ZkUrl;
  readonly tag: string;
  readonly sessionTimeoutMs: number;
  /** Set by masters: what they contend with. */
  readonly contend?: { readonly info: MasterInfo; readonly withLog: boolean };
  readonly log: Log;
}

/** Takes part in a cluster: contends where asked to, watches for the leader, renews lost sessions. */
export class Membership {
  private session: ZkSession | undefined;
  private renewal: NodeJS.Timeout | undefined;
  private pauseMs = RENEW_MS;
  private ended = false;

  constructor(
    private readonly options: MembershipOptions,
    private readonly events: MembershipEvents,
  ) {}

  /** Begins; never fails: what goes wrong is tried again, or told through the events. */
  join(): void {
    const { url, sessionTimeoutMs, log } = this.options;
    const session = new ZkSession(url, sessionTimeoutMs, log, (why) => this.renew(why));
    this.session = session;
    this.takePart(session).catch((error: unknown) => {
      if (this.session !== session || this.ended) return;
      session.close();
      this.renew(error instanceof Error ? error.message : String(error));
    });
  }

  /** The session in use. */
  current(): ZkSession | undefined {
    return this.session;
  }

  /** Stops as a process that dies. */
  abandon(): void {
    this.ended = true;
    clearTimeout(this.renewal);
    this.session?.abandon();
  }

  private async takePart(session: ZkSession): Promise<void> {
    const { url, tag, contend, log } = this.options;
    await session.connected;
    await session.ensure(url.path);
    if (contend !== undefined) {
      if (contend.withLog) await this.joinLog(session, contend.info);
      const prefix = `${url.path}/${masterInfoLabel(tag)}_`;
      const node = await session.createSequential(prefix, encodeMasterInfo(contend.info, tag));
      log(`New candidate (id='${contend.info.id}') has entered the contest for leadership: ${node}`);
    }
    await watchLeader(session, url.path, tag, log, {
      detected: (leader) => this.heard(session, () => this.events.detected(leader)),
      failed: (why) => this.heard(session, () => this.events.failed(why)),
    });
  }

  private async joinLog(session: ZkSession, { ip, port }: MasterInfo): Promise<void> {
    const path = `${this.options.url.path}/log_replicas`;
    await session.ensure(path);
    await session.createSequential(`${path}/`, Buffer.from(`log-replica(1)@${ip}:${port}`));
    const look = (): void => {
      session.children(path, look).then(
        (children) => this.heard(session, () => this.events.replicas(children.length)),
        () => undefined,
      );
    };
    session.onReconnect(look);
    look();
  }

  private heard(session: ZkSession, tell: () => void): void {
    if (this.session !== session || this.ended) return;
    this.pauseMs = RENEW_MS;
    tell();
  }

  private renew(why: string): void {
    if (this.ended) return;
    this.options.log(`${why}; the session is lost`, "W");
    if (!this.events.lost(why)) return;
    this.renewal = setTimeout(() => this.join(), this.pauseMs);
    this.pauseMs = Math.min(this.pauseMs * 2, MAX_RENEW_MS);
  }
}
