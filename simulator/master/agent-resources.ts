import { add, subtract, sum, type Resource, type Resources } from "../resources/resources";
import type { Agent } from "./model";

/** What an agent has: its own resources, with what was reserved and created on it in place of what it was made from. */
export function totalOf({ info, made }: Pick<Agent, "info" | "made">): Resources {
  return made.length === 0 ? info.resources : add(subtract(info.resources, sum([made.map(bare)])), made);
}

/** The resource as the agent was given it. */
function bare(resource: Resource): Resource {
  const { made, ...rest } = resource;
  const [first] = made?.reservations ?? [];
  const role = first === undefined ? rest.role : first.type === "STATIC" ? first.role : "*";
  const source = made?.disk?.source;
  return { ...rest, role, ...(source === undefined ? {} : { made: { disk: { source } } }) };
}
