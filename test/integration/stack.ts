import { rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { type Ended, root, start, uniqueName } from "../e2e/harness";

/** A stack of this clone, driven by `bin/pulumi` as a user would; its config file goes with it. */
export class TestStack {
  readonly name = uniqueName("it");
  readonly #file = path.join(root, `Pulumi.${this.name}.yaml`);

  /** Writes the stack's cluster; JSON is YAML. */
  configure(cluster: Readonly<Record<string, unknown>>): void {
    writeFileSync(this.#file, JSON.stringify({ config: { "mesos-matrix:cluster": cluster } }, null, 2));
  }

  /** Writes the stack's config file as it stands. */
  configureText(text: string): void {
    writeFileSync(this.#file, text);
  }

  pulumi(...args: readonly string[]): Promise<Ended> {
    return start(["bin/pulumi", ...args, "--stack", this.name, "--non-interactive"], { seconds: 200 }).ended;
  }

  /** As `pulumi`, but anything other than exit code 0 is an error. */
  async must(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.pulumi(...args);
    if (code !== 0)
      throw new Error(`pulumi ${args.join(" ")} ended with ${code ?? "a signal"}:\n${stdout}${stderr}`);
    return stdout;
  }

  async init(): Promise<void> {
    const { code, stderr } = await start(["bin/pulumi", "stack", "init", this.name]).ended;
    if (code !== 0) throw new Error(stderr);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.pulumi("destroy", "--yes", "--skip-preview");
    await start(["bin/pulumi", "stack", "rm", this.name, "--yes", "--force"]).ended;
    rmSync(this.#file, { force: true });
  }
}

/** `up --json` and `refresh --json` print an event a line: how many resources each kind of change concerns. */
export function changes(events: string): Record<string, number> {
  const summaries = events
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as { summaryEvent?: { resourceChanges: Record<string, number> } })
    .flatMap((event) => (event.summaryEvent === undefined ? [] : [event.summaryEvent.resourceChanges]));
  const [summary] = summaries;
  if (summary === undefined) throw new Error(`no summary in:\n${events}`);
  return summary;
}
