import { isObject, type Json, type JsonObject } from "../wire/json";
import type { ZkSession } from "../zk/session";

/**
 * Marathon's state in ZooKeeper, a node per app, task and so on, under a name that no real Marathon reads. The next
 * leader finds there what this one knew.
 */
export class MarathonStore {
  private readonly folder: string;

  constructor(
    private readonly session: ZkSession,
    path: string,
  ) {
    this.folder = `${path}/simulated-state`;
  }

  /** All that was kept, by key. */
  async load(): Promise<Map<string, JsonObject>> {
    await this.session.ensure(this.folder);
    const names = await this.session.children(this.folder, () => undefined);
    const entries = await Promise.all(
      names.map(async (name): Promise<[string, JsonObject] | undefined> => {
        const data = await this.session.read(`${this.folder}/${name}`);
        if (data === undefined) return undefined;
        const value = JSON.parse(data.toString()) as Json;
        return isObject(value) ? [decodeURIComponent(name), value] : undefined;
      }),
    );
    return new Map(entries.filter((entry) => entry !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Keeps a value; undefined removes it. */
  async save(key: string, value: JsonObject | undefined): Promise<void> {
    const path = `${this.folder}/${encodeURIComponent(key)}`;
    if (value === undefined) await this.session.remove(path);
    else await this.session.write(path, Buffer.from(JSON.stringify(value)));
  }
}
