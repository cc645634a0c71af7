import { text } from "node:stream/consumers";
import type { HostPlan, TaskRemovalPlan } from "../plan/types";
import { linkOf, withHosts } from "./hosts";
import { HostError } from "./ssh";
import { removeTaskContainers } from "./task-containers";

/** What the resource writes: a TaskRemovalPlan whose host is the only one of `hosts`. */
interface Order extends Omit<TaskRemovalPlan, "host"> {
  readonly hosts: readonly [HostPlan];
}

/**
 * The resource of an agent's Docker tasks runs this, an order on standard input. `none` when it is made, since there
 * are no tasks yet; `remove` when the agent is gone for good.
 */
async function main(verb: string): Promise<void> {
  if (verb !== "remove") return;
  const { hosts, volume } = JSON.parse(await text(process.stdin)) as Order;
  const removed = await withHosts(hosts, (links) =>
    removeTaskContainers(volume, linkOf(links, hosts[0].key).engine),
  );
  for (const name of removed) process.stderr.write(`${name}, the container of a task, is removed\n`);
}

main(process.argv[2] ?? "").catch((error: unknown) => {
  process.stderr.write(`${error instanceof HostError ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
