import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Run } from "./model";

/** Where a run works, below the agent's work_dir. Source: docs/sandbox.md, src/slave/paths.cpp. */
export function sandboxPath(workDir: string, agentId: string, run: Run): string {
  const { frameworkId, task, containerId } = run;
  const executor = join(
    workDir,
    "slaves",
    agentId,
    "frameworks",
    frameworkId,
    "executors",
    task.task_id.value,
  );
  return join(executor, "runs", containerId);
}

/** Makes the directory and points `latest` at it. */
export function makeSandbox(path: string): void {
  mkdirSync(path, { recursive: true });
  const latest = join(dirname(path), "latest");
  rmSync(latest, { force: true });
  symlinkSync(path, latest);
}
