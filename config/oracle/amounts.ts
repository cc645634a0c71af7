/** Ports from the first to the last. */
export type Range = readonly [first: number, last: number];

/** Whether these resources, in their text form, say which ports are offered. */
export function namesPorts(resources: string | undefined): boolean {
  return partsOf(resources).some(([name]) => name === "ports");
}

/** The ports that these resources name. */
export function portRanges(resources: string | undefined): readonly Range[] {
  const text = partsOf(resources).find(([name]) => name === "ports")?.[1] ?? "";
  return [...text.matchAll(/(\d+)-(\d+)/g)].map(([, first, last]): Range => [Number(first), Number(last)]);
}

/** The first ports that stand in both lists. */
export function overlap(a: readonly Range[], b: readonly Range[]): Range | undefined {
  for (const [first, last] of a) {
    for (const [from, to] of b) {
      if (first <= to && from <= last) return [Math.max(first, from), Math.min(last, to)];
    }
  }
  return undefined;
}

/** The amount of a scalar resource that is offered, of all roles together; 0 where the text does not name it. */
export function scalar(resources: string | undefined, name: string): number {
  return partsOf(resources)
    .filter(([part]) => part === name)
    .reduce((sum, [, amount]) => sum + Number(amount), 0);
}

/** Name without its role, and value, of every part of the text form. */
function partsOf(resources = ""): [name: string, value: string][] {
  return resources
    .split(";")
    .map((part) => part.replace(/\s+/g, ""))
    .filter((part) => part !== "")
    .map((part) => {
      const colon = part.indexOf(":");
      return [part.slice(0, colon).replace(/\(.*/, ""), part.slice(colon + 1)];
    });
}
