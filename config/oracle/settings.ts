import { acceptsFlag, canonicalFlag } from "../../mesos/flags";
import type { MesosRole } from "../../mesos/flags";
import type { Path } from "../fault";
import type { AgentGroupSpec, ClusterSpec, EnvValue } from "../spec";

/** The masters, or one group of agents, as the rules look at them. */
export interface Node {
  readonly role: MesosRole;
  readonly version: string;
  readonly env: Readonly<Record<string, EnvValue>>;
  /** In the spec. */
  readonly path: Path;
  /** As a message calls it. */
  readonly label: string;
}

/** A variable of a node's environment that Mesos would look at. */
export interface Variable {
  readonly node: Node;
  readonly variable: string;
  /** The flag that it would set, in lower case; whether it exists is another question. */
  readonly flag: string;
  /** Undefined where it is secret. */
  readonly value: string | undefined;
  readonly path: Path;
}

/** The masters, then every group of agents. */
export function nodesOf(spec: ClusterSpec): Node[] {
  const { masters, agents } = spec;
  return [
    { role: "master", version: masters.version, env: masters.env, path: ["masters"], label: "the masters" },
    ...agents.map((group, i) => agentNode(group, i)),
  ];
}

/** The variables of a node that begin with `prefix` and an underscore, in any case (stout flags.hpp). */
export function variablesOf(node: Node, prefix: "MESOS" | "LIBPROCESS"): Variable[] {
  return Object.entries(node.env).flatMap(([variable, value]) => {
    if (!variable.toUpperCase().startsWith(`${prefix}_`)) return [];
    return [
      {
        node,
        variable,
        flag: variable.slice(prefix.length + 1).toLowerCase(),
        value: typeof value === "string" ? value : undefined,
        path: [...node.path, "env", variable],
      },
    ];
  });
}

/**
 * The text that a group of agents gives for a flag, below flags: or in its environment, under any name that its
 * version knows.
 */
export function agentSetting(spec: ClusterSpec, group: AgentGroupSpec, flag: string): string | undefined {
  const means = (name: string): boolean =>
    acceptsFlag("agent", group.version, name) && canonicalFlag("agent", group.version, name) === flag;
  const given = Object.entries({ ...spec.flags, ...group.flags }).findLast(([name]) => means(name))?.[1];
  if (given !== undefined) return typeof given === "string" ? given : undefined;
  return variablesOf(agentNode(group, 0), "MESOS").find((variable) => means(variable.flag))?.value;
}

/** Whether the group is told to run tasks in Docker containers. */
export function usesDocker(spec: ClusterSpec, group: AgentGroupSpec): boolean {
  const containerizers = (agentSetting(spec, group, "containerizers") ?? "").split(",");
  return containerizers.some((name) => name.trim() === "docker");
}

function agentNode({ version, env }: AgentGroupSpec, i: number): Node {
  return { role: "agent", version, env, path: ["agents", i], label: `agents[${i}]` };
}
