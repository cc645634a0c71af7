import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { readResource } from "../resources/message";
import { isObject } from "../wire/json";
import type { TaskInfo } from "../wire/messages";
import { volumePath } from "./made";
import type { Executor, Run } from "./model";

/** Where an executor works, below the agent's work_dir. Source: docs/sandbox.md, src/slave/paths.cpp. */
export function sandboxPath(workDir: string, agentId: string, executor: Executor): string {
  return runPath(join(workDir, "slaves", agentId), executor);
}

/** Where a task works: in its executor's sandbox, or in one of its own below that where it is of a group. */
export function taskSandboxPath(workDir: string, agentId: string, run: Run): string {
  const sandbox = sandboxPath(workDir, agentId, run.executor);
  return run.executor.kind === "default" ? join(sandbox, "containers", run.containerId) : sandbox;
}

/** Where the agent keeps what it has to know of an executor in its next life. */
export function metaPath(workDir: string, agentId: string, executor: Executor): string {
  return runPath(join(workDir, "meta", "slaves", agentId), executor);
}

/** Makes an executor's sandbox and points `latest` at it. */
export function makeSandbox(path: string): void {
  mkdirSync(path, { recursive: true });
  link(path, join(dirname(path), "latest"));
}

/** Makes the sandbox of a task of a group; `tasks/<id>` in the executor's points at it. Source: src/launcher/default_executor.cpp. */
export function makeTaskSandbox(path: string, executorSandbox: string, taskId: string): void {
  mkdirSync(path, { recursive: true });
  const tasks = join(executorSandbox, "tasks");
  mkdirSync(tasks, { recursive: true });
  link(relative(tasks, path), join(tasks, taskId));
}

/** Points the paths that a task asked for at its persistent volumes. Source: posix filesystem isolator of the Mesos containerizer. */
export function linkVolumes(workDir: string, sandbox: string, { resources }: TaskInfo): void {
  for (const resource of resources.map(readResource)) {
    const volume = volumePath(workDir, resource);
    const asked = isObject(resource.made?.disk?.volume)
      ? resource.made.disk.volume.container_path
      : undefined;
    if (volume === undefined || typeof asked !== "string") continue;
    const path = resolve(sandbox, asked);
    if (!path.startsWith(`${sandbox}${sep}`))
      throw new Error(`the volume's path '${asked}' is outside the sandbox`);
    mkdirSync(dirname(path), { recursive: true });
    link(volume, path);
  }
}

function runPath(base: string, { frameworkId, id, containerId }: Executor): string {
  return join(base, "frameworks", frameworkId, "executors", id, "runs", containerId);
}

function link(target: string, path: string): void {
  rmSync(path, { force: true });
  symlinkSync(target, path);
}
