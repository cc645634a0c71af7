import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { redact } from "../redact";
import type { CellEvent } from "../report/run-report";
import type { CellJob, UpOutcome } from "../worker/protocol";
import { likelyCause, type LikelyCause } from "./causes/table";
import type { Evidence, TestEvidence } from "./evidence";
import { gather, type Gathered } from "./gather";
import { withoutSecretValues } from "./inspect";
import { shortened, storyOf } from "./story";

/** What a report holds of a cell's evidence; the rest stands in files. */
export interface KeptEvidence {
  readonly cause: LikelyCause;
  readonly story: readonly CellEvent[];
  readonly warnings: readonly string[];
}

/** Events of the story that a report holds at most. */
const mostEvents = 150;

/**
 * Gathers all that can be known of a cell that did not pass, keeps it in the cell's folder without secrets, and says
 * what the likely cause is. Never throws: what cannot be had is a warning.
 */
export async function keepEvidence(
  job: Pick<CellJob, "spec" | "inputs" | "out">,
  up: UpOutcome,
  test: TestEvidence | undefined,
  secrets: readonly string[],
): Promise<KeptEvidence> {
  const gathered = await gather(job, up, test);
  const cause = likelyCause(gathered.evidence);
  const story = storyOf(gathered.evidence);
  const clean = (text: string): string => redact(text, secrets);
  const warnings = [...gathered.warnings];
  for (const [file, text] of filesOf(gathered, cause, story)) {
    try {
      const target = path.join(job.out, file);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, clean(text));
    } catch (error) {
      warnings.push(`${file} is not kept: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return {
    cause: { ...cause, text: clean(cause.text) },
    story: shortened(story, mostEvents).map((event) => ({ ...event, text: clean(event.text) })),
    warnings,
  };
}

function filesOf(
  { evidence, inspected, answers, zookeeper }: Gathered,
  cause: LikelyCause,
  story: readonly CellEvent[],
): Map<string, string> {
  return new Map([
    ...evidence.nodes
      .filter(({ fate }) => fate !== undefined)
      .map(({ plan, log }): [string, string] => [
        `${plan.name}.log`,
        log.map(({ at, text }) => `${at} ${text}\n`).join(""),
      ]),
    ["containers.json", `${JSON.stringify(inspected.map(withoutSecretValues), null, 2)}\n`],
    ["exit-codes.txt", exitCodes(evidence)],
    ["zookeeper.txt", `${zookeeper.join("\n")}\n`],
    ["story.txt", told(evidence, cause, story)],
    ...answers,
  ]);
}

function exitCodes({ nodes }: Evidence): string {
  return nodes
    .map(({ plan, fate }) => {
      const state =
        fate === undefined
          ? "does not exist"
          : `${fate.status}, exit code ${fate.exitCode}, ${fate.restarts} restarts${fate.outOfMemory ? ", out of memory" : ""}${fate.error === "" ? "" : `, ${fate.error}`}`;
      return `${plan.name}: ${state}\n`;
    })
    .join("");
}

function told({ plan }: Evidence, cause: LikelyCause, story: readonly CellEvent[]): string {
  const width = Math.max(0, ...story.map(({ source }) => source.length));
  const lines = story.map(({ at, source, text }) => `${at}  ${source.padEnd(width)}  ${text}`);
  return [plan.cluster, `likely cause: ${cause.text}`, "", ...lines, ""].join("\n");
}
