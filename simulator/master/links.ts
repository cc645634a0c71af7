import { request, type ClientRequest } from "node:http";
import { MASTER_ID_HEADER, MASTER_LINK_PATH, type MasterMessage } from "../protocol";
import { encodeRecord } from "../wire/recordio";

/** The connections of a leader to its agents. One that breaks is reported once, one that is replaced or closed is not. */
export class AgentLinks {
  private readonly links = new Map<string, ClientRequest>();

  constructor(
    private readonly masterId: string,
    private readonly onBroken: (agentId: string) => void,
  ) {}

  /** Opens the link to an agent in place of an older one. What is sent before it is up waits. */
  open(agentId: string, host: string, port: number): void {
    this.close(agentId);
    const link = request({
      host,
      port,
      path: MASTER_LINK_PATH,
      method: "POST",
      agent: false,
      headers: { [MASTER_ID_HEADER]: this.masterId, "Transfer-Encoding": "chunked" },
    });
    this.links.set(agentId, link);
    const broken = (): void => {
      if (this.links.get(agentId) !== link) return;
      this.links.delete(agentId);
      link.destroy();
      this.onBroken(agentId);
    };
    link.setNoDelay(true);
    link.on("error", broken);
    link.on("close", broken);
    link.on("response", (response) => {
      response.resume();
      response.on("end", broken);
    });
    link.flushHeaders();
  }

  /** Sends in order; to an agent without a link nothing. */
  send(agentId: string, message: MasterMessage): void {
    this.links.get(agentId)?.write(encodeRecord(JSON.stringify(message)));
  }

  close(agentId: string): void {
    const link = this.links.get(agentId);
    this.links.delete(agentId);
    link?.destroy();
  }

  closeAll(): void {
    for (const agentId of [...this.links.keys()]) this.close(agentId);
  }
}
