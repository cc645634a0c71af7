import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, readdir, readlink } from "node:fs/promises";
import * as path from "node:path";

/** Whether what stands at a path below the folder counts; a folder that does not is not entered. */
export type Counts = (relative: string) => boolean;

/** Regular files and links below a folder, sorted; links are not followed. */
export async function filesBelow(folder: string, counts: Counts = () => true): Promise<string[]> {
  const found: string[] = [];
  const open = [""];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const entry of await readdir(path.join(folder, at), { withFileTypes: true })) {
      const relative = path.join(at, entry.name);
      if (!counts(relative)) continue;
      if (entry.isDirectory()) open.push(relative);
      else if (entry.isFile() || entry.isSymbolicLink()) found.push(relative);
    }
  }
  return found.sort();
}

/**
 * First 12 digits of the hash of files and what else an image is made of: names, the right to execute, contents, where
 * links lead.
 */
export async function contentHash(
  files: readonly { readonly name: string; readonly file: string }[],
  ...rest: readonly string[]
): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify(rest));
  for (const { name, file } of files) {
    const stat = await lstat(file);
    const link = stat.isSymbolicLink();
    hash.update(
      JSON.stringify([name, link, (stat.mode & 0o111) !== 0, link ? await readlink(file) : stat.size]),
    );
    if (!link) await addFile(hash, file);
  }
  return hash.digest("hex").slice(0, 12);
}

async function addFile(hash: Hash, file: string): Promise<void> {
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
}
