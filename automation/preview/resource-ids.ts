import type { ResourceKind } from "../../plan/changes/types";

const kinds: Readonly<Record<string, ResourceKind>> = {
  "docker:index/container:Container": "container",
  "docker:index/volume:Volume": "volume",
  "docker:index/network:Network": "network",
};

/** Commands that follow from the plan, by name; on a host that ssh reaches the host's address is added to it. */
const commands: Readonly<Record<string, ResourceKind>> = { ready: "readiness", retired: "retirement" };

/** What a resource of this type and name is in a plan; undefined: no plan decides on it. */
export function kindOf(type: string, name: string): ResourceKind | undefined {
  if (type !== "command:local:Command") return kinds[type];
  if (/^app.*-applied$/.test(name)) return "app";
  return /^agent[\d-]*-tasks(?:@|$)/.test(name) ? "tasks" : commands[name.replace(/@.*$/, "")];
}

/** A component has no provider and nothing of its own on any machine. */
export function isComponent(type: string): boolean {
  return type.startsWith("mesos:") || type === "pulumi:pulumi:Stack";
}

/** Last part of `urn:pulumi:stack::project::types::name`. */
export function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}

/** `container agent-1`: unique in a cluster. */
export function idOf(type: string, name: string): string {
  return `${kindOf(type, name) ?? type} ${name}`;
}
