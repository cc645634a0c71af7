import { setTimeout as pause } from "node:timers/promises";
import { type Haproxy, portIsFree } from "./haproxy";
import { type HaproxyConfig, haproxyConfig, type HaproxySettings } from "./haproxy-config";
import { type MarathonClient, reason } from "./marathon-client";
import type { MarathonState } from "./marathon-model";
import { type Refusal, type Service, type Services, servicesOf } from "./services";
import type { BridgeSettings } from "./settings";

/** Milliseconds: events come in swarms, and one look serves them all. */
const gather = 100;
/** Milliseconds between two tries while Marathon or HAProxy fails. */
const retry = 1000;

/** What went wrong last. */
export interface LastError {
  /** ISO time. */
  readonly at: string;
  readonly text: string;
}

/** Everything that the bridge can say of itself. */
export interface BridgeStatus {
  readonly marathons: readonly string[];
  /** The one that answered last. */
  readonly marathon: string;
  readonly stream: "open" | "closed" | "unused";
  /** ISO time of the last full look that HAProxy now serves; undefined before the first. */
  readonly lastSync: string | undefined;
  /** Seconds since then. */
  readonly staleSeconds: number | undefined;
  /** Whether that is so long ago that routes may be wrong. */
  readonly stale: boolean;
  readonly lastError: LastError | undefined;
  /** Whether the last look failed. */
  readonly failing: boolean;
  readonly reloads: number;
  readonly services: readonly Service[];
  readonly refused: readonly Refusal[];
  readonly notes: readonly Refusal[];
}

/** Keeps HAProxy at what Marathon says. */
export class Bridge {
  readonly #haproxySettings: HaproxySettings;
  #healthy: ReadonlySet<string> = new Set();
  #shown: Pick<Services, "services" | "refused" | "notes"> = { services: [], refused: [], notes: [] };
  #syncedAt: number | undefined;
  #lastError: LastError | undefined;
  #failing = false;
  #reloads = 0;
  #stream: BridgeStatus["stream"];
  #wake: () => void = () => undefined;

  constructor(
    readonly settings: BridgeSettings,
    readonly marathon: MarathonClient,
    readonly haproxy: Haproxy,
  ) {
    this.#haproxySettings = { ...settings, socket: haproxy.socket };
    this.#stream = settings.mode === "events" ? "closed" : "unused";
  }

  /** The configuration before anything is known. */
  firstConfig(): HaproxyConfig {
    return haproxyConfig([], this.#haproxySettings);
  }

  /** Works until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const streaming = this.settings.mode === "events" ? this.#followEvents(signal) : Promise.resolve();
    while (!signal.aborted) {
      const woken = new Promise<boolean>((resolve) => (this.#wake = () => resolve(true)));
      await this.#sync();
      const wait = this.#failing ? retry : this.settings.resyncSeconds * 1000;
      const control = new AbortController();
      const timer = pause(wait, false, { signal: AbortSignal.any([signal, control.signal]) });
      const byEvent = await Promise.race([woken, timer.catch(() => false)]);
      control.abort();
      if (byEvent) await pause(gather);
    }
    await streaming;
  }

  /** As of now. */
  status(): BridgeStatus {
    const age = this.#syncedAt === undefined ? undefined : (Date.now() - this.#syncedAt) / 1000;
    return {
      marathons: this.marathon.urls,
      marathon: this.marathon.current,
      stream: this.#stream,
      lastSync: this.#syncedAt === undefined ? undefined : new Date(this.#syncedAt).toISOString(),
      staleSeconds: age,
      stale: age === undefined || age > 3 * this.settings.resyncSeconds,
      lastError: this.#lastError,
      failing: this.#failing,
      reloads: this.#reloads,
      ...this.#shown,
    };
  }

  async #sync(): Promise<void> {
    const began = Date.now();
    try {
      const found = await this.#lookAt(await this.marathon.state());
      const { config, ...shown } = await this.#acceptable(found);
      if (config.text !== this.haproxy.text) {
        await this.haproxy.reload(config);
        this.#reloads++;
        log(`serving ${shown.services.length} ports of apps`);
      }
      for (const { app, why } of news(shown.refused, this.#shown.refused))
        log(`${app} is not served: ${why}`);
      this.#shown = shown;
      this.#syncedAt = began;
      if (this.#failing) log(`${this.marathon.current} answers again`);
      this.#failing = false;
    } catch (error) {
      const text = reason(error);
      if (!this.#failing || text !== this.#lastError?.text) log(`what was last good is kept: ${text}`);
      this.#lastError = { at: new Date().toISOString(), text };
      this.#failing = true;
    }
  }

  async #lookAt(state: MarathonState): Promise<Services> {
    const { groups, httpPort, statsPort, pagePort } = this.settings;
    const found = servicesOf(state, {
      groups,
      reserved: [httpPort, statsPort, pagePort],
      wasHealthy: this.#healthy,
    });
    this.#healthy = found.healthy;
    // Of ports that are served already the listener is ours.
    const ours = new Set(this.#shown.services.map(({ port }) => port));
    const taken = new Set<number>();
    for (const { port } of found.services)
      if (!ours.has(port) && !(await this.#canServe(port))) taken.add(port);
    const isTaken = ({ port }: Service): boolean => taken.has(port);
    return {
      ...found,
      services: found.services.filter((service) => !isTaken(service)),
      refused: [
        ...found.refused,
        ...found.services
          .filter(isTaken)
          .map(({ app, port }) => ({ app, why: `port ${port} is taken on this machine` })),
      ],
    };
  }

  /** After a restart of this program its HAProxy serves ports of which nothing is remembered. */
  async #canServe(port: number): Promise<boolean> {
    return this.haproxy.text.includes(`  bind *:${port}\n`) || portIsFree(port);
  }

  /** Takes out what HAProxy itself refuses, a service at a time, until it takes the rest. */
  async #acceptable(
    found: Services,
  ): Promise<Pick<Services, "services" | "refused" | "notes"> & { config: HaproxyConfig }> {
    let services = found.services;
    const refused = [...found.refused];
    for (;;) {
      const config = haproxyConfig(services, this.#haproxySettings);
      const objections = config.text === this.haproxy.text ? [] : await this.haproxy.objections(config);
      if (objections.length === 0) return { services, refused, notes: found.notes, config };
      const culprits = new Map(
        objections.flatMap(({ line, why }) => {
          const owner = line === undefined ? undefined : config.ownerOf(line);
          return owner === undefined ? [] : [[owner, why] as const];
        }),
      );
      if (culprits.size === 0) throw new Error(`HAProxy refuses: ${objections[0]?.why ?? ""}`);
      services = services.filter((service) => !culprits.has(service));
      for (const [{ app }, why] of culprits) refused.push({ app, why: `HAProxy refuses it: ${why}` });
    }
  }

  /** Any event of Marathon may concern apps or tasks. */
  async #followEvents(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const open = (): void => {
          this.#stream = "open";
          // What happened while nobody listened.
          this.#wake();
        };
        await this.marathon.follow({ open, event: () => this.#wake() }, signal);
      } catch (error) {
        this.#lastError = { at: new Date().toISOString(), text: `event stream: ${reason(error)}` };
      }
      this.#stream = "closed";
      this.#wake();
      await pause(retry, undefined, { signal }).catch(() => undefined);
    }
  }
}

function news(now: readonly Refusal[], before: readonly Refusal[]): Refusal[] {
  return now.filter(({ app, why }) => !before.some((other) => other.app === app && other.why === why));
}

function log(text: string): void {
  process.stdout.write(`bridge: ${text}\n`);
}
