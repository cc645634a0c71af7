import { execFile } from "node:child_process";
import * as path from "node:path";
import { PreconditionError } from "../../precondition";

/** What programs and libraries need of this machine. */
export interface Needs {
  /** Name -> file on this machine. What the tree brings along is not among them. */
  readonly found: ReadonlyMap<string, string>;
  /** `libfoo.so.1 (sbin/mesos-master, lib/libmesos.so)`. */
  readonly missing: readonly string[];
}

/** Seconds for one file. */
const lddTimeout = 20;

/** Parts of the C library, which must be the image's own: they belong to its loader. Source: `dpkg -L libc6`. */
const ofLoader =
  /^(?:linux-vdso|linux-gate|ld-linux[\w.-]*|ld64|libc|libm|libmvec|libdl|libpthread|librt|libresolv|libutil|libanl|libthread_db|libnss_\w+)\.so/;

/**
 * Which shared libraries the dynamic linker of this machine finds for files of a folder.
 * @param files relative to the folder
 * @param libraries folders of the tree's own libraries, relative to it; they go first
 */
export async function sharedLibraries(
  folder: string,
  files: readonly string[],
  libraries: readonly string[],
): Promise<Needs> {
  const root = path.resolve(folder);
  const search = libraries.map((library) => path.join(root, library)).join(":");
  const found = new Map<string, string>();
  const missing = new Map<string, string[]>();
  for (const file of files) {
    for (const { name, at } of await ldd(path.join(root, file), search)) {
      if (at === undefined) missing.set(name, [...(missing.get(name) ?? []), file]);
      else if (!ofLoader.test(name) && !path.resolve(at).startsWith(`${root}/`)) found.set(name, at);
    }
  }
  return {
    found: new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1))),
    missing: [...missing]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, users]) => `${name} (${some(users)})`),
  };
}

interface Linked {
  readonly name: string;
  /** Undefined: nowhere. */
  readonly at: string | undefined;
}

/** Lines such as `libz.so.1 => /lib/x86_64-linux-gnu/libz.so.1 (0x7f...)`, and `version ... not found`. */
async function ldd(file: string, search: string): Promise<Linked[]> {
  const text = await run("ldd", [file], search);
  return text.split("\n").flatMap((line): Linked[] => {
    const [, version] = /version [`'"]([^'"`]+)['"`] not found/.exec(line) ?? [];
    if (version !== undefined) return [{ name: version, at: undefined }];
    const [, name = "", at = ""] = /^\s*(\S+) => (not found|\/\S.*?)(?: \(0x[0-9a-f]+\))?$/.exec(line) ?? [];
    return name === "" ? [] : [{ name: path.basename(name), at: at === "not found" ? undefined : at }];
  });
}

function run(program: string, args: readonly string[], search: string): Promise<string> {
  const { LD_LIBRARY_PATH: own = "" } = process.env;
  const env = { ...process.env, LC_ALL: "C", LD_LIBRARY_PATH: own === "" ? search : `${search}:${own}` };
  return new Promise((resolve, reject) => {
    execFile(program, args, { env, timeout: lddTimeout * 1000 }, (error, stdout, stderr) => {
      if ((error as NodeJS.ErrnoException | null)?.code === "ENOENT") {
        const why = "ldd is not on this machine, and says which libraries a program needs";
        reject(new PreconditionError(`installTree: ${why}; use the Linux machine on which Mesos was built`));
      }
      // A static program makes ldd fail: it needs nothing.
      else resolve(`${stdout}\n${stderr}`);
    });
  });
}

function some(users: readonly string[]): string {
  const shown = users.slice(0, 3).join(", ");
  return users.length > 3 ? `${shown} and ${users.length - 3} more` : shown;
}
