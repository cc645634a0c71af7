import { writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { withHosts } from "../../readiness/hosts";
import { reportVariable } from "../../readiness/report-variable";
import { applyApp, AppError, deleteApp } from "./apply";
import type { AppInput } from "./input";
import { MarathonClient } from "./client";

/** The resource of an app runs this: `apply` or `delete`, an AppInput on standard input; exit 4 when not in time. */
async function main(verb: string): Promise<number> {
  const { app, hosts, marathons } = JSON.parse(await text(process.stdin)) as AppInput;
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  try {
    await withHosts(hosts, async (links) => {
      const client = new MarathonClient(marathons, links);
      await (verb === "delete" ? deleteApp(client, app, say) : applyApp(client, app, say));
    });
    return 0;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const message = `not ready: ${error.message}`;
    const report = process.env[reportVariable];
    if (report !== undefined && report !== "")
      writeFileSync(
        report,
        JSON.stringify({ kind: "not-ready", message, missing: [error.message], blame: undefined }),
      );
    say(error.message);
    return 4;
  }
}

void main(process.argv[2] ?? "").then((code) => {
  process.exitCode = code;
});
