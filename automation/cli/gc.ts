import { judgeGarbage } from "../housekeeping/garbage";
import { inventory } from "../housekeeping/inventory";
import { abandonedTempFolders, removeTempFolder } from "../housekeeping/temp";
import { remove } from "./down";
import type { Interruption } from "./interruption";
import { say } from "./voice";

export interface GcCommandOptions {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** What became of one thing. */
interface Outcome {
  readonly kind: "cluster" | "folder";
  readonly name: string;
  readonly outcome: "removed" | "would be removed" | "could not be removed" | "stays";
  readonly why: string;
}

/**
 * `mesos-matrix gc`: removes clusters that are expired or whose runner is dead, with their tasks, stacks and records,
 * and temporary folders of dead processes. What is not proven to be ours stays.
 */
export async function gcCommand(options: GcCommandOptions, interruption: Interruption): Promise<number> {
  const done: Outcome[] = [];
  const tell = (outcome: Outcome): void => {
    done.push(outcome);
    if (options.json !== true) process.stdout.write(`${outcome.name}: ${outcome.outcome}: ${outcome.why}\n`);
  };
  const dry = options.dryRun === true;
  // Machines go with all that is on them, so they are looked at first.
  const clusters = (await inventory()).sort((a, b) => Number(b.pool) - Number(a.pool));
  for (const cluster of clusters) {
    if (interruption.signal.aborted) return 130;
    const { remove: garbage, why } = judgeGarbage(cluster, new Date());
    const { name } = cluster;
    if (!garbage) tell({ kind: "cluster", name, outcome: "stays", why });
    else if (dry) tell({ kind: "cluster", name, outcome: "would be removed", why });
    else {
      const gone = await remove(name, interruption);
      tell({ kind: "cluster", name, outcome: gone ? "removed" : "could not be removed", why });
    }
  }
  for (const name of abandonedTempFolders()) {
    const why = "the process that made it is dead";
    if (!dry) removeTempFolder(name);
    tell({ kind: "folder", name, outcome: dry ? "would be removed" : "removed", why });
  }
  if (options.json === true) process.stdout.write(`${JSON.stringify(done, null, 2)}\n`);
  else if (done.length === 0) say("nothing to remove");
  return done.some(({ outcome }) => outcome === "could not be removed") ? 1 : 0;
}
