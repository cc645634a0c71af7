import type { Fault } from "./fault";

/**
 * Faults of many cells, where those at one place with one cure are told once: a flag that is missing in forty
 * versions is one mistake of the user's, not forty.
 */
export function mergeAlike(faults: readonly Fault[]): Fault[] {
  const groups = new Map<string, { first: Fault; messages: Set<string> }>();
  for (const fault of faults) {
    const key = JSON.stringify([fault.path, fault.at, fault.cure]);
    const group = groups.get(key) ?? { first: fault, messages: new Set() };
    group.messages.add(fault.message);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ first, messages }) => {
    const others = messages.size - 1;
    return others === 0
      ? first
      : { ...first, message: `${first.message}; ${others} more like this, in other cells` };
  });
}
