import { candidatePrefix } from "../../mesos/marathon-wire";
import type { Log } from "../log";
import { ZkSession } from "../zk/session";
import type { MarathonConfig } from "./config";

/** Pause before a lost session is replaced. */
const RENEW_MS = 500;

/** What a Marathon hears of its place among the others. */
export interface ElectionEvents {
  /** It leads; its state is to be read through this session. */
  elected(session: ZkSession): void;
  /** Another one leads, or none that is known. */
  following(leader: string | undefined): void;
  /** It led, and does so no longer: the process ends. */
  lost(why: string): void;
}

/** Takes part in the election through ZooKeeper: the candidate with the lowest number leads. */
export class Election {
  private session: ZkSession | undefined;
  private renewal: NodeJS.Timeout | undefined;
  private leads = false;
  private ended = false;

  constructor(
    private readonly config: MarathonConfig,
    private readonly log: Log,
    private readonly events: ElectionEvents,
  ) {}

  /** Begins; what goes wrong is tried again. */
  join(): void {
    const { zk, zkSessionTimeoutMs } = this.config;
    const session = new ZkSession(zk, zkSessionTimeoutMs, this.log, (why) => this.renew(why));
    this.session = session;
    this.contend(session).catch((error: unknown) => {
      if (this.session !== session || this.ended) return;
      session.close();
      this.renew(error instanceof Error ? error.message : String(error));
    });
  }

  /** Leaves as a process that dies: its node stays until the session times out. */
  abandon(): void {
    this.ended = true;
    clearTimeout(this.renewal);
    this.session?.abandon();
  }

  /** Leaves at once, so that another one can lead. */
  resign(): void {
    this.ended = true;
    clearTimeout(this.renewal);
    this.session?.close();
  }

  private async contend(session: ZkSession): Promise<void> {
    const { zk, version, hostname, httpPort } = this.config;
    const [folder = "", prefix = ""] = candidatePrefix(version).split("/");
    const path = `${zk.path}/${folder}`;
    await session.connected;
    await session.ensure(path);
    const node = await session.createSequential(`${path}/${prefix}`, Buffer.from(`${hostname}:${httpPort}`));
    this.log(`Candidate for leadership: ${node}`);
    const own = node.slice(path.length + 1);
    const look = (): void => {
      if (!session.isOver() && !this.ended) this.look(session, path, own, look).catch(() => undefined);
    };
    session.onReconnect(look);
    await this.look(session, path, own, look);
  }

  private async look(session: ZkSession, path: string, own: string, again: () => void): Promise<void> {
    const children = await session.children(path, again);
    const [first] = children
      .flatMap((name) => {
        const sequence = /(\d{10})$/.exec(name)?.[1];
        return sequence === undefined ? [] : [{ name, sequence: Number(sequence) }];
      })
      .sort((a, b) => a.sequence - b.sequence);
    if (this.session !== session || this.ended) return;
    if (first?.name === own) {
      if (this.leads) return;
      this.leads = true;
      this.log("Elected (Leader Interface)");
      this.events.elected(session);
      return;
    }
    if (this.leads) {
      this.events.lost("another candidate stands before this one");
      return;
    }
    const data = first === undefined ? undefined : await session.read(`${path}/${first.name}`);
    if (data === undefined && first !== undefined) again();
    else this.events.following(data?.toString());
  }

  private renew(why: string): void {
    if (this.ended) return;
    if (this.leads) {
      this.events.lost(why);
      return;
    }
    this.log(`${why}; the session is lost`, "W");
    this.events.following(undefined);
    this.renewal = setTimeout(() => this.join(), RENEW_MS);
  }
}
