import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { root, Scratch } from "./harness";

/** One command of a CI file, and the environment that its file gives it. */
export interface Step {
  readonly run: string;
  readonly env: Readonly<Record<string, string>>;
}

interface Workflow {
  readonly env?: Readonly<Record<string, string | number>>;
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly env?: Readonly<Record<string, string | number>>;
        readonly steps: readonly {
          readonly run?: string;
          readonly env?: Readonly<Record<string, string | number>>;
        }[];
      }
    >
  >;
}

/** The `run` steps of a job of GitHub Actions, with what `${{ }}` stands for taken from `context`. */
export function githubSteps(file: string, job: string, context: object): Step[] {
  const workflow = parse(readFileSync(file, "utf8")) as Workflow;
  const found = workflow.jobs[job];
  if (found === undefined) throw new Error(`${file} has no job ${job}`);
  return found.steps.flatMap(({ run, env }): Step[] => {
    if (run === undefined) return [];
    const all = { ...workflow.env, ...found.env, ...env };
    return [
      {
        run: evaluated(run, context),
        env: Object.fromEntries(
          Object.entries(all).map(([name, value]) => [name, evaluated(String(value), context)]),
        ),
      },
    ];
  });
}

/** Only paths are used in the examples: `github.event.pull_request.base.sha`. */
function evaluated(text: string, context: object): string {
  return text.replace(/\$\{\{\s*([\w.]+)\s*\}\}/g, (_, expression: string) => {
    let value: unknown = context;
    for (const key of expression.split(".")) value = (value as Record<string, unknown> | undefined)?.[key];
    if (typeof value !== "string" && typeof value !== "number") throw new Error(`${expression} is nothing`);
    return String(value);
  });
}

/** A user's repository in which a config stands in two revisions, on a machine whose npm and gh are played. */
export class Workplace implements Disposable {
  readonly #scratch = new Scratch();
  readonly folder = path.join(this.#scratch.path, "repository");
  readonly summary = path.join(this.#scratch.path, "summary.md");
  readonly base: string;
  readonly head: string;
  readonly #bin = path.join(this.#scratch.path, "bin");

  constructor(file: string, before: string, after: string) {
    mkdirSync(this.folder);
    mkdirSync(this.#bin);
    writeFileSync(this.summary, "");
    this.git("init", "--quiet");
    this.base = this.#commit(file, before);
    this.head = this.#commit(file, after);
    this.program("npm", 'test "$*" = ci');
    this.program("npx", `test "$1" = mesos-matrix && shift && exec "${root}/bin/mesos-matrix" "$@"`);
  }

  /** Puts a program on the PATH of the steps. */
  program(name: string, script: string): void {
    const file = path.join(this.#bin, name);
    writeFileSync(file, `#!/bin/bash\nset -eu\n${script}\n`);
    chmodSync(file, 0o755);
  }

  /** Text of a file of the repository, or of the workplace where it begins with `../`. */
  read(file: string): string {
    return readFileSync(path.join(this.folder, file), "utf8");
  }

  write(file: string, text: string): void {
    writeFileSync(path.join(this.folder, file), text);
  }

  /** Runs a step as the CI's shell does; no engine can be reached. */
  step({ run, env }: Step): {
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
  } {
    const { status, stdout, stderr } = spawnSync("bash", ["-eo", "pipefail", "-c", run], {
      cwd: this.folder,
      encoding: "utf8",
      timeout: 120_000,
      env: {
        HOME: process.env.HOME,
        PATH: `${this.#bin}:/usr/local/bin:/usr/bin:/bin`,
        DOCKER_HOST: "tcp://127.0.0.1:9",
        GITHUB_STEP_SUMMARY: this.summary,
        ...env,
      },
    });
    return { code: status, stdout, stderr };
  }

  [Symbol.dispose](): void {
    this.#scratch[Symbol.dispose]();
  }

  #commit(file: string, text: string): string {
    this.write(file, text);
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "-m", "change");
    return this.git("rev-parse", "HEAD").trim();
  }

  /** What git says in the repository. */
  git(...args: readonly string[]): string {
    const identity = ["-c", "user.name=t", "-c", "user.email=t@localhost"];
    return execFileSync("git", ["-C", this.folder, ...identity, ...args], { encoding: "utf8" });
  }
}
