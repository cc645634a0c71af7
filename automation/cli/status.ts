import { withHosts } from "../../readiness/hosts";
import { judge } from "../../readiness/judge";
import { observe } from "../../readiness/observe";
import { proveReady } from "../../readiness/prove";
import { deployedPlan } from "../deployed";
import type { Interruption } from "./interruption";
import { say, warn } from "./voice";

/** `mesos-matrix status NAME`: every node as it is now; 4 where something is missing. */
export async function statusCommand(name: string, options: { json?: boolean }): Promise<number> {
  const { readiness } = await deployedPlan(name);
  const seen = await withHosts(readiness.hosts, (links) => observe(readiness, links));
  const { missing, leader } = judge(seen);
  const nodes = seen.map(({ node, container, healthy, version }) => ({
    node: node.key,
    container: node.container,
    status: container?.status ?? "missing",
    restarts: container?.restarts ?? 0,
    healthy,
    version: version ?? null,
    leads: node.key === leader?.key,
  }));
  const conditions = missing.map(({ condition }) => condition);
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify({ cluster: name, nodes, missing: conditions }, null, 2)}\n`);
  } else {
    const width = Math.max(...nodes.map(({ node }) => node.length));
    for (const { node, status, restarts, version, leads } of nodes) {
      const words = [
        node.padEnd(width),
        status,
        version ?? "",
        leads ? "leads" : "",
        restarts > 0 ? `${restarts} restarts` : "",
      ];
      process.stdout.write(`${words.filter(Boolean).join("  ")}\n`);
    }
    process.stdout.write(
      conditions.length === 0
        ? `${name} is ready\n`
        : `missing:\n${conditions.map((c) => `  - ${c}\n`).join("")}`,
    );
  }
  return conditions.length === 0 ? 0 : 4;
}

/** `mesos-matrix wait NAME`: until it is ready again; 4 at the deadline. `timeout` in seconds, by default the cluster's own */
export async function waitCommand(
  name: string,
  { timeout, json }: { readonly timeout?: number; readonly json?: boolean },
  { signal }: Interruption,
): Promise<number> {
  const { readiness } = await deployedPlan(name);
  const plan = { ...readiness, timeoutSeconds: timeout ?? readiness.timeoutSeconds };
  const proof = await proveReady(plan, {
    signal,
    onProgress: say,
  });
  if ("ready" in proof) {
    const { key } = proof.leader;
    process.stdout.write(
      json === true
        ? `${JSON.stringify({ cluster: name, ready: true, leader: key }, null, 2)}\n`
        : `${name} is ready: leading master ${key}\n`,
    );
    return 0;
  }
  warn(`${name} is ${proof.message}`);
  return proof.kind === "not-ready" ? 4 : 1;
}
