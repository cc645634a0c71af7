import { setTimeout } from "node:timers/promises";
import { Exception } from "node-zookeeper-client";
import { isObject, type Json } from "../wire/json";
import { isFailure, type ZkSession } from "../zk/session";
import type { Registry } from "./model";

/** A registry that cannot be written for this long has failed. Source: `--registry_store_timeout`. */
const STORE_MS = 20_000;

/** Pause before a write is tried again. */
const RETRY_MS = 300;

/**
 * Keeps agents known over a change of leader. The real one is a log replicated among the masters' work_dirs; this one is
 * a znode, under a name that readers of the cluster's path skip because it has no sequence number.
 */
export interface RegistryStore {
  /** What was stored last; undefined before anything was. */
  load(): Promise<Registry | undefined>;
  store(registry: Registry): Promise<void>;
}

/** `--registry=in_memory`, and masters without ZooKeeper: nothing outlives the process. */
export class MemoryRegistry implements RegistryStore {
  load(): Promise<Registry | undefined> {
    return Promise.resolve({});
  }

  store(): Promise<void> {
    return Promise.resolve();
  }
}

/** `--registry=replicated_log`. */
export class ZkRegistry implements RegistryStore {
  private readonly path: string;
  private writing: Promise<void> = Promise.resolve();
  private next: Registry | undefined;

  constructor(
    private readonly session: ZkSession,
    clusterPath: string,
  ) {
    this.path = `${clusterPath}/simulated-registry`;
  }

  async load(): Promise<Registry | undefined> {
    const data = await this.session.read(this.path);
    if (data === undefined || data.length === 0) return undefined;
    const json = JSON.parse(data.toString()) as Json;
    if (!isObject(json)) throw new Error(`${this.path} holds no registry`);
    return json as unknown as Registry;
  }

  /** Writes one after the other; of those that wait only the newest is written. */
  store(registry: Registry): Promise<void> {
    this.next = registry;
    this.writing = this.writing.then(async () => {
      const newest = this.next;
      if (newest === undefined) return;
      this.next = undefined;
      await this.write(Buffer.from(JSON.stringify(newest)));
    });
    return this.writing;
  }

  /** A connection that breaks and comes back must not cost a leader its place. */
  private async write(data: Buffer): Promise<void> {
    const deadline = Date.now() + STORE_MS;
    for (;;) {
      try {
        await this.session.write(this.path, data);
        return;
      } catch (error) {
        const lost = isFailure(error) && error.getCode() === Exception.CONNECTION_LOSS;
        if (!lost || this.session.isOver() || Date.now() >= deadline) throw error;
        await setTimeout(RETRY_MS);
      }
    }
  }
}
