import { execFile } from "node:child_process";
import * as path from "node:path";
import { PreconditionError } from "../precondition";

/** Seconds that git may take to answer. */
const patience = 30;

/** A file as an earlier revision has it. */
export interface Revised {
  /** Undefined: that revision has no such file. */
  readonly text: string | undefined;
  /** `main (1a2b3c4)`. */
  readonly name: string;
}

/**
 * Reads `file` as it stood at `revision`.
 * @throws PreconditionError where there is no repository or no such revision
 */
export async function fileAt(revision: string, file: string): Promise<Revised> {
  const folder = path.dirname(path.resolve(file));
  const named = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`];
  const commit = (await git(folder, named))?.trim();
  if (commit === undefined || commit === "") {
    throw new PreconditionError(
      `--against ${revision}: there is no such file, and git knows no such revision in ${folder}; ` +
        "write deployed, a file, or a revision such as HEAD or origin/main (in CI, fetch it first)",
    );
  }
  const text = await git(folder, ["show", `${commit}:./${path.basename(file)}`]);
  return { text, name: `${revision} (${commit.slice(0, 7)})` };
}

/** What git prints; undefined where it refuses. */
function git(folder: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const settings = {
      timeout: patience * 1000,
      maxBuffer: 16 * 1024 * 1024,
      killSignal: "SIGKILL" as const,
    };
    execFile("git", ["-C", folder, ...args], settings, (error, stdout) => {
      if (error === null) resolve(stdout);
      else if (error.code === "ENOENT") {
        reject(
          new PreconditionError("there is no git on PATH, and --against names a revision", { cause: error }),
        );
      } else if (error.killed === true) {
        reject(new PreconditionError(`git did not answer within ${patience} s`, { cause: error }));
      } else resolve(undefined);
    });
  });
}
