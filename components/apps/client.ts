import { request } from "node:http";
import type { ReadinessNode } from "../../plan/types";
import { containerStates } from "../../readiness/docker";
import { type HostLinks, linkOf, type Route } from "../../readiness/hosts";

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A deployment may hold a request for as long as Marathon thinks about it. */
const timeoutMilliseconds = 15_000;

/** Asks the first Marathon that answers: those that do not lead pass requests on. */
export class MarathonClient {
  constructor(
    private readonly nodes: readonly ReadinessNode[],
    private readonly links: HostLinks,
  ) {}

  /** Rejects where no Marathon answers. */
  async ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const refusals: string[] = [];
    for (const node of this.nodes) {
      try {
        const route = await this.routeTo(node);
        if (route !== undefined) return await send(route, method, path, body);
        refusals.push(`${node.key} does not run`);
      } catch (error) {
        refusals.push(`${node.key}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    throw new Error(`no Marathon answers (${refusals.join("; ")})`);
  }

  /** Anew each time: a container that was started again has another port. */
  private async routeTo(node: ReadinessNode): Promise<Route | undefined> {
    const link = linkOf(this.links, node.host);
    const state = (await containerStates([node.container], { engine: link.engine })).get(node.container);
    return state?.status === "running" ? link.route(node, state) : undefined;
  }
}

function send(route: Route, method: string, path: string, body: unknown): Promise<Answer> {
  const place = "port" in route ? { host: "127.0.0.1", ...route } : route;
  const text = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        ...place,
        method,
        path,
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        signal: AbortSignal.timeout(timeoutMilliseconds),
      },
      (response) => {
        let said = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => (said += chunk));
        response.once("error", reject);
        response.once("end", () => {
          resolve({ status: response.statusCode ?? 0, body: parsed(said) });
        });
      },
    );
    outgoing.once("error", reject);
    outgoing.end(text);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
