import type { Log } from "../log";
import { Membership } from "../zk/membership";
import { masterPid, type MasterInfo } from "../zk/master-info";
import type { ClusterFlags } from "./config";
import { isRecovered } from "./log-recovery";
import type { Registry } from "./model";
import { MemoryRegistry, ZkRegistry, type RegistryStore } from "./registry";
import type { Timings } from "./timings";

/** What a master hears of its place in the cluster. */
export interface LeadershipEvents {
  /** It leads now; the registry is still to be read. */
  elected(): void;
  /** The registry was read: it can serve. */
  recovered(registry: Registry): void;
  /** It cannot go on; the real binary exits. */
  ended(why: string): void;
}

/** A master's part in the election, and its way to the registry. */
export class Leadership {
  private readonly membership: Membership | undefined;
  private known: MasterInfo | undefined;
  private registry: RegistryStore | undefined;
  private deadline: NodeJS.Timeout | undefined;
  private fetching = false;
  private replicas = 0;
  private recovered: boolean;
  private ended = false;

  constructor(
    private readonly flags: ClusterFlags,
    private readonly own: MasterInfo,
    tag: string,
    private readonly log: Log,
    private readonly timings: Timings,
    private readonly events: LeadershipEvents,
  ) {
    const { url, sessionTimeoutMs, withLog } = flags;
    this.recovered = !withLog;
    if (url === undefined) return;
    this.membership = new Membership(
      { url, tag, sessionTimeoutMs, contend: { info: own, withLog }, log },
      {
        detected: (leader) => this.detected(leader?.info),
        failed: (why) => this.end(`${why}; committing suicide!`),
        lost: () => this.lostSession(),
        replicas: (count) => this.countedReplicas(count),
      },
    );
  }

  /** Contends; a master without ZooKeeper leads at once. */
  begin(): void {
    if (this.membership === undefined) this.lead();
    else this.membership.join();
  }

  /** The leading master, as far as this one knows. */
  leader(): MasterInfo | undefined {
    return this.known;
  }

  leads(): boolean {
    return this.known?.id === this.own.id && masterPid(this.known) === masterPid(this.own);
  }

  /** Its log replica has recovered: `registrar/log/recovered`. */
  logRecovered(): boolean {
    return this.recovered;
  }

  /** Log replicas that it sees: `registrar/log/ensemble_size`. */
  ensembleSize(): number {
    return this.replicas;
  }

  /** Has the registry stored; a leader that cannot is at its end. */
  store(registry: Registry): void {
    const { registry: kept } = this;
    if (kept === undefined) return;
    this.timings
      .measure("registrar/state_store_ms", () => kept.store(registry))
      .catch((error: unknown) => this.end(`Failed to update the registry: ${String(error)}`));
  }

  /** Leaves as a process that dies. */
  abandon(): void {
    this.ended = true;
    clearTimeout(this.deadline);
    this.membership?.abandon();
  }

  private detected(leader: MasterInfo | undefined): void {
    const led = this.leads();
    this.known = leader;
    if (this.leads() && !led) this.lead();
    if (!this.leads() && led) this.end("Lost leadership... committing suicide!");
  }

  private lostSession(): boolean {
    if (this.leads()) this.end("Lost candidacy as a leader... committing suicide!");
    this.known = undefined;
    return !this.ended;
  }

  private lead(): void {
    this.known = this.own;
    this.events.elected();
    const why = `Failed to perform fetch within ${this.flags.fetchTimeout}`;
    this.deadline = setTimeout(
      () => this.end(`Recovery failed: Failed to recover registrar: ${why}`),
      this.flags.fetchTimeoutMs,
    );
    this.recover();
  }

  private countedReplicas(count: number): void {
    this.replicas = count;
    this.recoverLog().catch((error: unknown) =>
      this.log(`The log replica cannot recover yet: ${String(error)}`, "W"),
    );
  }

  private async recoverLog(): Promise<void> {
    const session = this.membership?.current();
    const { url, quorum, autoInitialize } = this.flags;
    if (session === undefined || url === undefined || this.recovered) return;
    const initialised = (await new ZkRegistry(session, url.path).load()) !== undefined;
    if (this.isDone() || !isRecovered({ replicas: this.replicas, quorum, initialised, autoInitialize }))
      return;
    this.recovered = true;
    this.log(`Log replica recovered: ${this.replicas} replicas, quorum ${quorum}`);
    this.recover();
  }

  private isDone(): boolean {
    return this.recovered || this.ended;
  }

  private recover(): void {
    if (!this.leads() || !this.recovered || this.fetching) return;
    this.fetching = true;
    this.fetch().catch((error: unknown) => this.end(`Recovery failed: ${String(error)}`));
  }

  private async fetch(): Promise<void> {
    const session = this.membership?.current();
    const { url, withLog } = this.flags;
    this.registry =
      withLog && url !== undefined && session !== undefined
        ? new ZkRegistry(session, url.path)
        : new MemoryRegistry();
    const { registry } = this;
    const known = await this.timings.measure("registrar/state_fetch_ms", () => registry.load());
    clearTimeout(this.deadline);
    if (known === undefined) await this.registry.store({});
    if (!this.ended) this.events.recovered(known ?? {});
  }

  private end(why: string): void {
    if (this.ended) return;
    this.abandon();
    this.events.ended(why);
  }
}
