import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import { basename, dirname } from "node:path";
import { withAppFiles } from "./app-files";
import { parseCluster, stemOf } from "./cluster-file";
import type { ClusterOverrides } from "./cluster-file";
import { parseMatrix } from "./matrix";
import { nearest } from "./nearest";
import { ConfigError } from "./problem";
import type { ClusterSpec, MatrixSpec } from "./spec";
import { readSource } from "./source";
import { parseStackConfig } from "./stack";
import type { StackOptions } from "./stack";
import { valueAt } from "./view";
import { printable } from "./wording";

/** The largest file that is read: thousands of cells fit in a tenth of it. */
const MOST_BYTES = 1024 * 1024;

/** Mesos was retired after it (2025). */
const LAST_RELEASE = "1.11.0";

const WHY: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  ENOTDIR: "a part of its path is a file, not a directory",
  ELOOP: "its symbolic links go round in a circle",
  ENAMETOOLONG: "its path is too long",
};

/** Where a stack's config stands, and what Pulumi knows of it. */
export interface StackFile extends Omit<StackOptions, "key"> {
  /** The path of `Pulumi.<stack>.yaml`. */
  readonly file: string;
  /** The config key that holds the cluster: `mesos-matrix:cluster`. */
  readonly projectKey: string;
}

/** Reads and checks a file of `kind: Matrix`. Throws ConfigError with every problem. */
export function loadMatrixFile(path: string): MatrixSpec {
  return matrixOf(readText(path), path);
}

/** Reads and checks a file of `kind: Cluster`. Throws ConfigError with every problem. */
export function loadClusterFile(path: string, overrides?: ClusterOverrides): ClusterSpec {
  return withAppFiles(parseCluster(readText(path), path, { defaultName: stemOf(path), overrides }), readText);
}

/** What a file of ours describes. */
export type AnyFile =
  | { readonly kind: "Cluster"; readonly cluster: ClusterSpec }
  | { readonly kind: "Matrix"; readonly matrix: MatrixSpec };

/**
 * Reads and checks a file of either kind, or a stack's `Pulumi.<stack>.yaml`, whose secrets stay closed. Throws
 * ConfigError with every problem.
 */
export function loadAnyFile(path: string): AnyFile {
  return parseAny(readText(path), path);
}

/**
 * As `loadAnyFile`, of a text that stands elsewhere, such as in an earlier revision.
 * @param shown how messages name it; undefined: by its path
 */
export function parseAny(text: string, path: string, shown = path): AnyFile {
  const stack = stackOf(path);
  if (stack !== undefined) {
    const cluster = withAppFiles(parseStackConfig(text, shown, { key: stackKey, name: stack }), readText);
    return { kind: "Cluster", cluster };
  }
  const { value } = readSource(text, shown);
  if (valueAt(value, ["kind"]) === "Cluster") {
    return {
      kind: "Cluster",
      cluster: withAppFiles(parseCluster(text, shown, { defaultName: stemOf(path) }), readText),
    };
  }
  return { kind: "Matrix", matrix: matrixOf(text, shown) };
}

/** The config key of a stack that holds its cluster. */
export const stackKey = "mesos-matrix:cluster";

/** The stack that a file named `Pulumi.<stack>.yaml` configures, else undefined. */
export function stackOf(path: string): string | undefined {
  return /^Pulumi\.(.+)\.ya?ml$/.exec(basename(path))?.[1];
}

/** The text of a user's file. Throws ConfigError where it cannot be read, or is no UTF-8 text. */
export function readConfigText(path: string): string {
  return readText(path);
}

/** The smallest cluster, of the version and image that are wanted. Throws ConfigError with every problem. */
export function defaultCluster(overrides: ClusterOverrides): ClusterSpec {
  const version = overrides.version ?? LAST_RELEASE;
  const text = "apiVersion: mesos-matrix/v1\nkind: Cluster\ncluster: {}\n";
  return parseCluster(text, "command line", {
    defaultName: `mesos-${version}`,
    overrides: { ...overrides, version },
  });
}

/** Reads and checks the cluster in a stack's config. Throws ConfigError with every problem. */
export function loadStackConfig({ file, projectKey, ...options }: StackFile): ClusterSpec {
  return withAppFiles(parseStackConfig(readText(file), file, { ...options, key: projectKey }), readText);
}

function matrixOf(text: string, path: string): MatrixSpec {
  const matrix = parseMatrix(text, path);
  const cells = matrix.cells.map((cell) => ({ ...cell, cluster: withAppFiles(cell.cluster, readText) }));
  return { ...matrix, cells };
}

function readText(file: string): string {
  const bytes = readBytes(file);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
    throw refused(
      file,
      utf16 ? "the file is UTF-16, and must be UTF-8" : "the file is not UTF-8 text",
      utf16
        ? "save it as UTF-8 (PowerShell: Out-File -Encoding utf8)"
        : "save it as UTF-8, and look whether it is the right file",
    );
  }
}

/** At most MOST_BYTES of a regular file, whatever its size claims to be. */
function readBytes(file: string): Uint8Array {
  const descriptor = open(file);
  try {
    const stat = fstatSync(descriptor);
    if (stat.isDirectory()) throw refused(file, "this is a directory", "give the path of a file in it");
    if (!stat.isFile())
      throw refused(file, "this is no regular file", "write its text to a file, and give that file's path");
    const buffer = Buffer.alloc(MOST_BYTES + 1);
    let length = 0;
    for (;;) {
      const read = readSync(descriptor, buffer, length, buffer.length - length, null);
      length += read;
      if (read === 0) return buffer.subarray(0, length);
      if (length > MOST_BYTES) {
        const size = `${(Math.max(stat.size, length) / MOST_BYTES).toFixed(1)} MiB`;
        throw refused(
          file,
          `the file is larger than 1 MiB (${size}), which no config is`,
          "look whether it is the right file",
        );
      }
    }
  } finally {
    closeSync(descriptor);
  }
}

function open(file: string): number {
  try {
    // Without O_NONBLOCK, opening a named pipe that nobody writes to would wait for ever.
    return openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (code === "ENOENT") throw refused(file, "there is no such file", namesake(file));
    throw refused(
      file,
      `the file cannot be read (${WHY[code] ?? code})`,
      "give the path of a file that you may read",
      error,
    );
  }
}

/** The cure for a missing file: one of its folder with nearly the same name. */
function namesake(file: string): string {
  const found = nearest(basename(file), neighbours(dirname(file)));
  return found === undefined
    ? "check the path and the directory you are in"
    : `did you mean ${printable(found)}?`;
}

function neighbours(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /\.ya?ml$/.test(name))
      .slice(0, 1000);
  } catch {
    // The folder is missing too: there is no namesake to tell.
    return [];
  }
}

function refused(file: string, message: string, cure: string, cause?: unknown): ConfigError {
  return new ConfigError([{ place: { file, line: 0, column: 0 }, path: "", message, cure }], { cause });
}
