import { Agent, request } from "node:http";
import { AGENT_MESSAGES_PATH, type AgentMessage } from "../protocol";
import type { MasterInfo } from "../zk/master-info";

/** A master that does not answer within this is taken for gone; what was said is said again by the state machine. */
const ANSWER_MS = 5_000;

/** Says things to the leader, one after the other, over one connection. */
export class MasterCalls {
  private readonly connection = new Agent({ keepAlive: true, maxSockets: 1 });
  private last: Promise<void> = Promise.resolve();
  private leader: MasterInfo | undefined;

  constructor(private readonly onRefused: (why: string) => void) {}

  /** From now on this is the leader; what still waits for the one before is dropped. */
  turnTo(leader: MasterInfo | undefined): void {
    this.leader = leader;
  }

  post(message: AgentMessage): void {
    const { leader } = this;
    if (leader === undefined) return;
    this.last = this.last.then(async () => {
      if (this.leader !== leader) return;
      try {
        await this.send(leader, JSON.stringify(message));
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        this.onRefused(`${message.kind} did not reach ${leader.ip}:${leader.port}: ${why}`);
      }
    });
  }

  close(): void {
    this.leader = undefined;
    this.connection.destroy();
  }

  private send({ ip, port }: MasterInfo, body: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const call = request({
        host: ip,
        port,
        path: AGENT_MESSAGES_PATH,
        method: "POST",
        agent: this.connection,
        timeout: ANSWER_MS,
        headers: { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) },
      });
      call.on("timeout", () => call.destroy(new Error("no answer in time")));
      call.on("error", reject);
      call.on("response", (response) => {
        response.resume();
        response.on("end", () => {
          if (response.statusCode === 202) resolve();
          else reject(new Error(`status ${response.statusCode ?? 0}`));
        });
        response.on("error", reject);
      });
      call.end(body);
    });
  }
}
