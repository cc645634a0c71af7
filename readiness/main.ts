import { writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import type { ReadinessPlan } from "../plan/types";
import { proveReady } from "./prove";
import { reportVariable } from "./report-variable";

/** The readiness resource runs this: a ReadinessPlan on standard input; exit 0 when ready, 4 when not in time. */
async function main(): Promise<number> {
  const plan = JSON.parse(await text(process.stdin)) as ReadinessPlan;
  const cancel = new AbortController();
  process.once("SIGTERM", () => {
    cancel.abort();
  });
  const proof = await proveReady(plan, {
    signal: cancel.signal,
    onProgress: (line) => process.stderr.write(`${line}\n`),
  });
  if ("ready" in proof) {
    process.stdout.write(`${JSON.stringify({ leader: proof.leader.key })}\n`);
    return 0;
  }
  const report = process.env[reportVariable];
  if (report !== undefined && report !== "") writeFileSync(report, JSON.stringify(proof));
  process.stderr.write(`${proof.message}\n`);
  return 4;
}

void main().then((code) => {
  process.exitCode = code;
});
