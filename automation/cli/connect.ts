import { mkdirSync } from "node:fs";
import * as path from "node:path";
import { runChild, shellCode } from "../child";
import { testEnvironment, type Endpoints } from "../contract";
import { deployedPlan } from "../deployed";
import { PreconditionError } from "../precondition";
import { reachCluster } from "../reach";
import { stackFolder } from "../stack";
import type { Interruption } from "./interruption";

/**
 * `mesos-matrix connect NAME [-- CMD...]`: tunnels to every node of a cluster and a SOCKS proxy inside it, until Ctrl-C or
 * the end of CMD, whose exit code it is.
 */
export async function connectCommand(
  name: string,
  command: readonly string[],
  interruption: Interruption,
): Promise<number> {
  const { signal } = interruption;
  const plan = await deployedPlan(name);
  return reachCluster(
    plan,
    async ({ endpoints, lost }) => {
      if (endpoints === undefined) {
        throw new PreconditionError(`${name} has no leading master now; see mesos-matrix logs ${name}`);
      }
      const broken = lost.then((host) => {
        throw new PreconditionError(
          `the connection to host ${host} is lost; run connect again when it is back`,
        );
      });
      if (command.length === 0) {
        process.stdout.write(describe(endpoints));
        await Promise.race([aborted(signal), broken]);
        return 0;
      }
      const tag = plan.readiness.nodes.find((node) => node.role === "master")?.version ?? "";
      const out = path.join(stackFolder(name), "out");
      mkdirSync(out, { recursive: true });
      const env = testEnvironment(endpoints, { cell: name, tag, out });
      const ended = runChild({ argv: command, env, timeout: undefined, signal, log: undefined });
      const code = shellCode(await Promise.race([ended, broken]));
      return signal.aborted ? 130 : code;
    },
    signal,
  );
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve());
    // An abort listener alone would not keep the process alive.
    const alive = setInterval(() => undefined, 60_000);
    signal.addEventListener("abort", () => clearInterval(alive));
  });
}

function describe(endpoints: Endpoints): string {
  const { cluster, masters, agents, marathon, dns, loadBalancer, zookeeper, socks, leader } = endpoints;
  const row = (key: string, text: string): string => `  ${key.padEnd(12)}  ${text}`;
  const services = [
    ...(marathon?.all ?? []),
    ...(dns === undefined ? [] : [{ key: "mesos-dns", ...dns.http }]),
    ...(loadBalancer === undefined
      ? []
      : [
          { key: "lb", ...loadBalancer },
          { key: "lb's page", ...loadBalancer.page },
        ]),
  ];
  const rows = [
    `${cluster}: leading master ${leader.key}`,
    ...[...masters, ...agents, ...services].map(({ key, address, published = address }) =>
      row(key, `http://${published}  (in the cluster: ${address})`),
    ),
    row("zookeeper", zookeeper),
    ...(socks === undefined
      ? []
      : [
          row("proxy", `socks5h://${socks}`),
          "",
          "The proxy stands in the cluster: with it the addresses in Mesos' own pages work,",
          `for example  curl --proxy socks5h://${socks} http://${leader.address}/state`,
        ]),
    "",
    "Ctrl-C closes this.",
  ];
  return `${rows.join("\n")}\n`;
}
