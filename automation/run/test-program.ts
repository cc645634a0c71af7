import { randomBytes } from "node:crypto";
import { accessSync, constants, mkdtempSync, rmSync, statSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { TestSpec } from "../../config/spec";
import { show } from "../../config/wording";
import { docker, DockerError } from "../../readiness/docker";
import type { Errand } from "../images/engine";
import { isFailed, lookUp } from "../images/look-up";
import { PreconditionError } from "../precondition";
import { plainValue } from "../secrets";

/**
 * Makes sure, before any cluster is made, that the test's program is there, and the image in which it is to run.
 * @param run name of the run, whose label a container carries that is made to look into the image
 * @returns id of the image; undefined where the test runs on this machine itself
 * @throws PreconditionError where one of them is not there
 */
export async function prepareTest(test: TestSpec, run: string, errand: Errand): Promise<string | undefined> {
  const [program = ""] = test.command;
  const source = process.cwd();
  const { PATH: own } = test.env;
  const search = own === undefined ? undefined : plainValue(own, "test.env.PATH");
  if (test.image === undefined) {
    if (findProgram(program, source, search ?? process.env.PATH ?? "") !== undefined) return undefined;
    throw new PreconditionError(
      `there is no program ${show(program)} for the test on this machine; ${where(program)}`,
    );
  }
  const found = await lookUp([test.image], { ...errand, registry: undefined, refresh: false });
  if (isFailed(found)) {
    throw new PreconditionError(
      `test.image: ${test.image} is not on the Docker engine, and no registry gives it out to this machine; build or load it first`,
    );
  }
  // A path below the folder that is mounted is this machine's.
  const mounted = path.resolve(source, program);
  if (program.includes("/") && mounted.startsWith(`${source}/`)) {
    if (isProgram(mounted)) return found.id;
  } else if (await imageHas(found.id, program, search, run)) return found.id;
  throw new PreconditionError(
    `there is no program ${show(program)} in the image ${test.image}; ${where(program)}`,
  );
}

/** The file that a command's first word means, as exec finds it; undefined: none. */
export function findProgram(program: string, folder: string, search: string): string | undefined {
  const candidates = program.includes("/")
    ? [path.resolve(folder, program)]
    : search.split(path.delimiter).map((place) => path.resolve(folder, place, program));
  return candidates.find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Looks into an image without running anything of it. */
async function imageHas(
  image: string,
  program: string,
  search: string | undefined,
  run: string,
): Promise<boolean> {
  const name = `mesos-matrix-look-${randomBytes(4).toString("hex")}`;
  await docker([
    "create",
    "--name",
    name,
    "--label",
    `mesos-matrix.run=${run}`,
    "--entrypoint",
    program,
    image,
  ]);
  try {
    const config = await docker([
      "image",
      "inspect",
      "--format",
      "{{range .Config.Env}}{{println .}}{{end}}",
      image,
    ]);
    const own = /^PATH=(.*)$/m.exec(config)?.[1];
    const folders = (search ?? own ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin").split(
      ":",
    );
    const files = program.includes("/")
      ? [program]
      : folders.map((folder) => path.posix.join(folder, program));
    for (const file of files) if (await containerHas(name, file)) return true;
    return false;
  } finally {
    await docker(["rm", "--force", "--volumes", name]);
  }
}

async function containerHas(container: string, file: string): Promise<boolean> {
  const copy = mkdtempSync(path.join(os.tmpdir(), "mesos-matrix-look-"));
  try {
    await docker(["cp", `${container}:${file}`, path.join(copy, "program")]);
    return true;
  } catch (error) {
    if (error instanceof DockerError && /could not find|no such/i.test(error.message)) return false;
    throw error;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function where(program: string): string {
  return program.includes("/")
    ? `a path counts from the folder ${process.cwd()}`
    : "test.command begins with the name of a program on PATH, or with its path";
}
