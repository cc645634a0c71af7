import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { printable } from "../../config/wording";
import { packageRoot } from "../layout";
import { PreconditionError } from "../precondition";
import { say } from "./voice";

export interface InitCommandOptions {
  readonly kind: "cluster" | "matrix";
  readonly json?: boolean;
}

/** `mesos-matrix init [FILE]`: a commented file with every default. What is there already is never overwritten. */
export function initCommand(file: string | undefined, { kind, json }: InitCommandOptions): number {
  const target = file ?? `${kind}.yaml`;
  const text = startingFile(kind, target);
  try {
    writeFileSync(target, text, { flag: "wx" });
  } catch (error) {
    throw refusal(target, error);
  }
  process.stdout.write(
    json === true ? `${JSON.stringify({ file: target, kind }, null, 2)}\n` : `${printable(target)}\n`,
  );
  const next = kind === "cluster" ? "up" : "run";
  say(`edit it, then: mesos-matrix check ${target} && mesos-matrix ${next} ${target}`);
  return 0;
}

/** The example of that kind, with the editor line as it must be where the file stands. */
export function startingFile(kind: InitCommandOptions["kind"], target: string): string {
  const text = readFileSync(path.join(packageRoot, "examples", `${kind}.yaml`), "utf8");
  const schema = path.join(packageRoot, "schema", `${kind}.json`);
  return text.replace(/^(# yaml-language-server: \$schema=).*$/m, (_, before: string) => {
    const from = path.relative(path.dirname(path.resolve(target)), schema);
    return `${before}${from.split(path.sep).join("/")}`;
  });
}

function refusal(file: string, cause: unknown): PreconditionError {
  const { code } = cause as NodeJS.ErrnoException;
  const why =
    code === "EEXIST"
      ? "is there already, and init overwrites nothing; give another name"
      : code === "ENOENT"
        ? "cannot be written: there is no such folder; make it, or give another path"
        : `cannot be written (${code ?? String(cause)}); give another path`;
  return new PreconditionError(`${file} ${why}`, { cause });
}
