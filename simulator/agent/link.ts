import type { IncomingMessage, ServerResponse } from "node:http";
import { MASTER_ID_HEADER, MASTER_LINK_PATH, type MasterMessage } from "../protocol";
import { RecordDecoder } from "../wire/recordio";

/** What comes over the link from the leader. */
export interface LinkEvents {
  /** Whether this master is the leader: links of others are refused. */
  isLeader(masterId: string): boolean;
  message(message: MasterMessage): void;
  broken(): void;
}

/** The agent's end of the link that its leader opens. A newer link replaces the one before without a word. */
export class MasterLink {
  private current: IncomingMessage | undefined;

  constructor(private readonly events: LinkEvents) {}

  /** Takes over a request to the link's path. */
  takeOver(path: string, incoming: IncomingMessage, out: ServerResponse): boolean {
    if (path !== MASTER_LINK_PATH) return false;
    const masterId = incoming.headers[MASTER_ID_HEADER];
    if (incoming.method !== "POST" || typeof masterId !== "string" || !this.events.isLeader(masterId)) {
      out.writeHead(409).end();
      return true;
    }
    const older = this.current;
    this.current = incoming;
    older?.destroy();
    out.writeHead(200);
    out.flushHeaders();
    const decoder = new RecordDecoder();
    incoming.on("data", (chunk: Buffer) => {
      for (const record of decoder.push(chunk)) {
        if (this.current === incoming) this.events.message(JSON.parse(record.toString()) as MasterMessage);
      }
    });
    const broken = (): void => {
      if (this.current !== incoming) return;
      this.current = undefined;
      incoming.destroy();
      this.events.broken();
    };
    incoming.on("error", broken);
    incoming.on("close", broken);
    return true;
  }

  /** Drops the link, without `broken`: the leader is another one. */
  drop(): void {
    const older = this.current;
    this.current = undefined;
    older?.destroy();
  }
}
