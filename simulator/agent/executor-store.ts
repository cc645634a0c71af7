import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Executor, Run } from "./model";
import { save, type SavedExecutor } from "./recovery";
import { metaPath } from "./sandbox";

/** File with what an executor's next life needs; the agent's own form, in the place of Mesos' executor.info and task.updates. */
const FILE = "executor.json";

/** What an agent keeps of executors below `<work_dir>/meta`. */
export class ExecutorStore {
  constructor(private readonly workDir: string) {}

  /** Stores an executor as it is; a reader sees the old or the new, never half. */
  write(agentId: string, executor: Executor): void {
    const folder = metaPath(this.workDir, agentId, executor);
    mkdirSync(folder, { recursive: true });
    const fresh = join(folder, `${FILE}.new`);
    writeFileSync(fresh, JSON.stringify(save(executor)));
    renameSync(fresh, join(folder, FILE));
  }

  /** Removes what was stored of an executor that is done with. */
  discard(agentId: string, executor: Executor): void {
    rmSync(metaPath(this.workDir, agentId, executor), { recursive: true, force: true });
  }

  /** Every executor that was stored. Throws on one that cannot be read, naming the file, where `strict`. */
  read(agentId: string, strict: boolean): SavedExecutor[] {
    const frameworks = join(this.workDir, "meta", "slaves", agentId, "frameworks");
    const files = list(frameworks).flatMap((framework) =>
      list(join(framework, "executors")).flatMap((executor) =>
        list(join(executor, "runs")).map((run) => join(run, FILE)),
      ),
    );
    return files.filter(existsSync).flatMap((file) => {
      try {
        return [JSON.parse(readFileSync(file, "utf8")) as SavedExecutor];
      } catch (cause) {
        const why = cause instanceof Error ? cause.message : String(cause);
        if (strict) throw new Error(`Failed to recover '${file}': ${why}`, { cause });
        return [];
      }
    });
  }

  /** Where the supervisor of a task writes. */
  taskFolder(agentId: string, run: Run): string {
    return join(metaPath(this.workDir, agentId, run.executor), "tasks", run.task.task_id.value);
  }

  /** Where the supervisor of a custom executor writes. */
  executorFolder(agentId: string, executor: Executor): string {
    return join(metaPath(this.workDir, agentId, executor), "pids");
  }
}

function list(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}
