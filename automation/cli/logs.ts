import { lastLines } from "../../readiness/docker";
import { leftoversOf } from "../leftovers";
import { PreconditionError } from "../precondition";
import { printable } from "../../config/wording";

/** Of each container, the newest ones. */
const mostLines = 20_000;

/** `mesos-matrix logs NAME [NODE]`: what the containers wrote, each line with its node's name. */
export async function logsCommand(
  name: string,
  node: string | undefined,
  options: { readonly json?: boolean },
): Promise<number> {
  const containers = (await leftoversOf(name))
    .filter(({ kind }) => kind === "container")
    .map((c) => c.name)
    .sort();
  if (containers.length === 0)
    throw new PreconditionError(`there is no cluster ${name} on this machine; see mesos-matrix ls`);
  const wanted =
    node === undefined ? containers : containers.filter((c) => c === `${name}-${node}` || c === node);
  if (wanted.length === 0) {
    const nodes = containers.map((c) => c.slice(name.length + 1));
    throw new PreconditionError(`${name} has no node ${node ?? ""}; it has ${nodes.join(", ")}`);
  }
  if (options.json === true) {
    const nodes = [];
    for (const container of wanted) {
      nodes.push({ node: container.slice(name.length + 1), lines: await lastLines(container, mostLines) });
    }
    process.stdout.write(`${JSON.stringify(nodes, null, 2)}\n`);
    return 0;
  }
  for (const container of wanted) {
    const prefix = wanted.length > 1 ? `${container.slice(name.length + 1)} | ` : "";
    for (const line of await lastLines(container, mostLines)) {
      if (line !== "") process.stdout.write(`${prefix}${line.split("\t").map(printable).join("\t")}\n`);
    }
  }
  return 0;
}
