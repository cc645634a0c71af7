import { realpath, stat } from "node:fs/promises";
import * as path from "node:path";
import { PreconditionError } from "../../precondition";
import { filesBelow } from "../content";
import { machineOf } from "./elf";

/** What `make install` left in a folder. */
export interface InstallTree {
  /** On this machine. */
  readonly folder: string;
  /** Where the folder's inside belongs: `/` of a DESTDIR; the prefix itself where the folder is one. */
  readonly place: string;
  /** Files and links that belong into an image, relative to the folder. */
  readonly files: readonly string[];
  /** Those of them that the dynamic linker looks at, with their processor. */
  readonly binaries: readonly { readonly file: string; readonly machine: string }[];
  /** Folders of programs and of libraries, relative to the folder. */
  readonly programs: readonly string[];
  readonly libraries: readonly string[];
}

/** Headers and static libraries are of no use to a process. */
function isUsed(relative: string): boolean {
  return !/(?:^|\/)include$|\.(?:a|la|h|hpp)$/.test(relative);
}

/**
 * Reads the result of `make install`: of `make install DESTDIR=folder`, or the folder that was the prefix, whose
 * programs look for their parts at its very path.
 * @param wanted programs of which the role needs one
 */
export async function readTree(folder: string, wanted: readonly string[]): Promise<InstallTree> {
  if ((await stat(folder).catch(() => undefined))?.isDirectory() !== true) {
    throw new PreconditionError(
      `installTree: there is no folder ${path.resolve(folder)}; make install DESTDIR=${path.resolve(folder)} makes it`,
    );
  }
  const files = await filesBelow(folder, isUsed);
  const programs = files.filter(
    (file) => wanted.includes(path.basename(file)) && /(?:^|\/)s?bin\//.test(file),
  );
  const program = programs.sort((a, b) => a.length - b.length)[0];
  if (program === undefined) {
    throw new PreconditionError(
      `installTree: ${path.resolve(folder)} holds no ${wanted.join(" or ")} in a folder sbin or bin; ` +
        "give what make install DESTDIR=... made",
    );
  }
  const prefix = path.dirname(path.dirname(program));
  const binaries: { file: string; machine: string }[] = [];
  for (const file of files) {
    const real = await realpath(path.join(folder, file)).catch(() => undefined);
    const machine = real === undefined ? undefined : await machineOf(real);
    if (machine !== undefined) binaries.push({ file, machine });
  }
  const holding = (pattern: RegExp): string[] => [
    ...new Set(files.filter((file) => pattern.test(file)).map((file) => path.dirname(file))),
  ];
  return {
    folder,
    place: prefix === "." ? await realpath(folder) : "/",
    files,
    binaries,
    programs: holding(/(?:^|\/)s?bin\/[^/]+$/),
    libraries: holding(/\.so(?:\.[\d.]+)?$/),
  };
}
