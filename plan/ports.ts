import type { PortsOf } from "./inputs";
import type { ContainerPlan } from "./types";

/** What stands on a host already. */
export interface TakenPorts {
  /** Ports of other clusters of ours, whether these run now or not, and ports reserved for them. */
  readonly ours: (port: number) => boolean;
  /** Ports on which something else listens. */
  readonly foreign: (port: number) => boolean;
}

/** A port that the cluster needs, where something listens that is none of ours. */
export interface PortTaken {
  readonly host: string;
  readonly container: string;
  readonly port: number;
}

export interface ChosenPorts {
  readonly ports: Readonly<Record<string, PortsOf>>;
  readonly taken: readonly PortTaken[];
}

/** A further cluster or node on a host uses its usual ports plus 100, plus 200, ... */
const step = 100;
/** Task ports of an agent that shares its host with another: below the range that systems take for themselves. */
const taskBlocks = [...blocks(31_000, 32_700), ...blocks(21_000, 30_900)];

/**
 * Ports for containers that share their hosts' networks. A container that has some keeps them; the first on a host takes
 * the usual ones, and whoever finds a cluster of ours on these goes up. What is not ours is never avoided in silence.
 */
export function choosePorts(
  containers: readonly Pick<ContainerPlan, "key" | "host" | "role" | "listen">[],
  takenOn: (host: string) => TakenPorts,
  keptOn: (host: string, container: string) => PortsOf | undefined,
): ChosenPorts {
  const used = new Set<string>();
  const use = (host: string, { listen, tasks }: PortsOf): void => {
    for (const port of [...listen, ...(tasks ?? [])]) used.add(`${host} ${port}`);
  };
  const ports: Record<string, PortsOf> = {};
  const taken: PortTaken[] = [];
  for (const { key, host } of containers) {
    const own = keptOn(host, key);
    if (own !== undefined) use(host, own);
  }
  for (const { key, host, role, listen } of containers) {
    const { ours, foreign } = takenOn(host);
    const mine = (port: number): boolean => ours(port) || used.has(`${host} ${port}`);
    const kept = keptOn(host, key);
    const chosen = kept ?? {
      listen: shifted(listen, (port, shift) => mine(port) || (shift > 0 && foreign(port))),
      tasks: role === "agent" ? taskBlocks.find(([from, to]) => !mine(from) && !mine(to)) : undefined,
    };
    if (kept === undefined)
      for (const port of chosen.listen.filter(foreign)) taken.push({ host, container: key, port });
    use(host, chosen);
    ports[key] = chosen;
  }
  return { ports, taken };
}

/** As labels of a container keep them: `5051 31000-31099`. */
export function portsText({ listen, tasks }: PortsOf): string {
  return [...listen, ...(tasks === undefined ? [] : [tasks.join("-")])].join(" ");
}

/** What `portsText` wrote; undefined where the text is none of ours. */
export function portsFrom(text: string): PortsOf | undefined {
  const words = text.split(" ");
  const [first, ...rest] = words.filter((word) => /^\d+$/.test(word)).map(Number);
  if (first === undefined) return undefined;
  const [from, to] =
    words
      .find((word) => /^\d+-\d+$/.test(word))
      ?.split("-")
      .map(Number) ?? [];
  const tasks = from === undefined || to === undefined ? undefined : ([from, to] as const);
  return { listen: [first, ...rest], tasks };
}

/** Whether the port is one of these, or one of the tasks'. */
export function covers({ listen, tasks }: PortsOf, port: number): boolean {
  return listen.includes(port) || (tasks !== undefined && tasks[0] <= port && port <= tasks[1]);
}

function shifted(
  usual: ContainerPlan["listen"],
  isTaken: (port: number, shift: number) => boolean,
): PortsOf["listen"] {
  for (let shift = 0; shift < 60_000; shift += step) {
    const [first = 0, ...rest] = usual.map((port) => port + shift);
    if ([first, ...rest].every((port) => port < 65_536 && !isTaken(port, shift))) return [first, ...rest];
  }
  throw new Error(`no ports are free above ${usual.join(", ")}`);
}

function blocks(first: number, last: number): (readonly [from: number, to: number])[] {
  return Array.from({ length: (last - first) / step + 1 }, (_, i) => [
    first + i * step,
    first + i * step + step - 1,
  ]);
}
