import { lastLines } from "../../readiness/docker";
import { leftoversOf } from "../leftovers";
import { PreconditionError } from "../precondition";
import { onEngines } from "../remote/engines";
import { printable } from "../../config/wording";
import { warn } from "./voice";

/** Of each container, the newest ones. */
const mostLines = 20_000;

/** `mesos-matrix logs NAME [NODE]`: what the containers wrote, each line with its node's name. */
export async function logsCommand(
  name: string,
  node: string | undefined,
  options: { readonly json?: boolean },
): Promise<number> {
  const containers = (await containersOf(name)).sort();
  if (containers.length === 0)
    throw new PreconditionError(`there is no cluster ${name} on this machine; see mesos-matrix ls`);
  const wanted =
    node === undefined ? containers : containers.filter((c) => c === `${name}-${node}` || c === node);
  if (wanted.length === 0) {
    const nodes = containers.map((c) => c.slice(name.length + 1));
    throw new PreconditionError(`${name} has no node ${node ?? ""}; it has ${nodes.join(", ")}`);
  }
  const { found, unreachable } = await onEngines(name, ({ engine }) => logsOn(engine, name, wanted));
  const logs = found.flat().sort((a, b) => (a.container < b.container ? -1 : 1));
  if (options.json === true) {
    const nodes = logs.map(({ container, lines }) => ({ node: container.slice(name.length + 1), lines }));
    process.stdout.write(`${JSON.stringify(nodes, null, 2)}\n`);
  } else
    for (const { container, lines } of logs) {
      const prefix = wanted.length > 1 ? `${container.slice(name.length + 1)} | ` : "";
      for (const line of lines) {
        if (line !== "") process.stdout.write(`${prefix}${line.split("\t").map(printable).join("\t")}\n`);
      }
    }
  for (const { why } of unreachable) warn(why);
  return unreachable.length > 0 ? 3 : 0;
}

async function containersOf(name: string): Promise<string[]> {
  const { found, unreachable } = await onEngines(name, ({ engine }) => leftoversOf(name, engine));
  const containers = found.flat().filter(({ kind }) => kind === "container");
  if (containers.length === 0 && unreachable.length > 0) {
    throw new PreconditionError(unreachable.map(({ why }) => why).join("\n"));
  }
  return containers.map((container) => container.name);
}

/** Of those containers that are on this engine. */
async function logsOn(
  engine: string | undefined,
  cluster: string,
  wanted: readonly string[],
): Promise<{ container: string; lines: string[] }[]> {
  const here = new Set((await leftoversOf(cluster, engine)).map(({ name }) => name));
  return Promise.all(
    wanted
      .filter((container) => here.has(container))
      .map(async (container) => ({ container, lines: await lastLines(container, mostLines, engine) })),
  );
}
