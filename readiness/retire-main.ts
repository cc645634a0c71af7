import { text } from "node:stream/consumers";
import type { HostPlan, RetirementPlan } from "../plan/types";
import { retire } from "./retire";

/** What the retirement resource writes: a RetirementPlan whose host is the only one of `hosts`. */
interface Order extends Omit<RetirementPlan, "host"> {
  readonly hosts: readonly [HostPlan];
}

/** The retirement resource runs this: an order on standard input, the names of what was stopped on standard output. */
async function main(): Promise<void> {
  const { hosts, ...order } = JSON.parse(await text(process.stdin)) as Order;
  const stopped = await retire({ ...order, host: hosts[0] });
  for (const name of stopped) process.stderr.write(`${name} is no longer planned: stopped\n`);
  process.stdout.write(`${JSON.stringify({ stopped })}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
