import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { lifeOf, ownProcess } from "./process-name";

const prefix = "mesos-matrix-";
/** In each of our folders: the name of the process that made it, which proves that it is ours. */
const marker = ".mesos-matrix-owner";

/** A new folder among the temporary ones; whoever asks for it removes it, and `gc` where it could not. */
export function tempFolder(kind: string): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), `${prefix}${kind}-`));
  writeFileSync(path.join(folder, marker), ownProcess());
  return folder;
}

/** Folders of ours whose process is dead. */
export function abandonedTempFolders(): string[] {
  const all = readdirSync(os.tmpdir(), { withFileTypes: true });
  return all
    .filter((entry) => entry.isDirectory() && entry.name.startsWith(prefix))
    .map(({ name }) => path.join(os.tmpdir(), name))
    .filter((folder) => {
      const owner = ownerOf(folder);
      return owner !== undefined && lifeOf(owner) === "dead";
    })
    .sort();
}

/** Removes such a folder. */
export function removeTempFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

function ownerOf(folder: string): string | undefined {
  try {
    return readFileSync(path.join(folder, marker), "utf8");
  } catch {
    return undefined;
  }
}
