import { rmSync } from "node:fs";
import * as path from "node:path";
import { fileURLToPath } from "node:url";

/** The project's name in Pulumi.yaml; stacks of `pulumi up` and of the CLI lie side by side. */
export const project = "mesos-matrix";

/** Folder of a file backend; undefined where the state lies elsewhere. */
function backendFolder(): string | undefined {
  const url = (process.env.PULUMI_BACKEND_URL ?? "").replace(/\?.*$/, "");
  return url.startsWith("file:///") ? path.join(fileURLToPath(url), ".pulumi") : undefined;
}

/** Folder of a stack's locks. Form: pulumi/pkg/backend/diy/lock.go. */
export function lockFolder(stack: string): string | undefined {
  const folder = backendFolder();
  return folder === undefined ? undefined : path.join(folder, "locks", "organization", project, stack);
}

/** Removes what a file backend keeps of a stack that was removed: its state, backups, history, locks. */
export function removeTraces(stack: string): void {
  const folder = backendFolder();
  if (folder === undefined) return;
  for (const kind of ["backups", "history", path.join("locks", "organization")]) {
    rmSync(path.join(folder, kind, project, stack), { recursive: true, force: true });
  }
  for (const ending of ["json", "json.bak"]) {
    rmSync(path.join(folder, "stacks", project, `${stack}.${ending}`), { force: true });
  }
}
