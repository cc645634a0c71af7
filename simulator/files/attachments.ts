import { realpathSync, statSync } from "node:fs";
import { join, sep } from "node:path";

/** Paths that may be asked for, each with the file or folder that it stands for. */
export type Attachments = ReadonlyMap<string, string>;

/** What a path stands for; `undefined` where nothing does. */
export type Resolved = { readonly path: string } | { readonly error: string } | undefined;

/** Only what was attached and is there. */
export function attached(pairs: Iterable<readonly [virtual: string, path: string]>): Attachments {
  return new Map(
    [...pairs].flatMap(([virtual, path]) => {
      const real = realPath(path);
      return real === undefined ? [] : [[virtual, real]];
    }),
  );
}

/**
 * The file behind a path: the longest attached beginning, and the rest below it. What leads out of it again is refused.
 * Source: FilesProcess::resolve in src/files/files.cpp.
 */
export function resolve(attachments: Attachments, asked: string): Resolved {
  const parts = asked.replace(/\/$/, "").split("/");
  for (let i = parts.length; i > 0; i -= 1) {
    const root = attachments.get(parts.slice(0, i).join("/"));
    if (root === undefined) continue;
    const rest = parts.slice(i);
    if (!statSync(root).isDirectory()) return rest.length === 0 ? { path: root } : undefined;
    const path = join(root, ...rest);
    const real = realPath([root, ...rest].join("/"));
    if (real === undefined) return undefined;
    return real === root || real.startsWith(root + sep)
      ? { path: real }
      : { error: `'${path}' is inaccessible` };
  }
  return undefined;
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
