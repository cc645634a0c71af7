import type { Json, JsonObject } from "../wire/json";
import type { AppDefinition } from "./definition";
import type { Task } from "./model";

/** Where a task would run: its host and the attributes of its agent. */
export interface Place {
  readonly host: string;
  readonly attributes: JsonObject;
}

/**
 * Whether an app's constraints let a task start at a place, beside its other tasks. Source: mesosphere/marathon
 * docs/docs/constraints.md.
 */
export function meetsConstraints(app: AppDefinition, tasks: readonly Task[], place: Place): boolean {
  return app.constraints.every(([field = "", operator = "", parameter]) => {
    const value = valueOf(place, field);
    const others = tasks.map((task) => valueOf(task, field));
    const same = others.filter((other) => other === value).length;
    switch (operator) {
      case "UNIQUE":
        return value !== undefined && same === 0;
      case "CLUSTER":
        return parameter === undefined || parameter === ""
          ? value !== undefined && same === others.length
          : value === parameter;
      case "IS":
        return value === parameter;
      case "LIKE":
        return value !== undefined && matches(parameter, value);
      case "UNLIKE":
        return value === undefined || !matches(parameter, value);
      case "MAX_PER":
        return value !== undefined && same < Number(parameter ?? 1);
      case "GROUP_BY":
        return value !== undefined && isSmallestGroup(others, value, Number(parameter ?? 1));
      default:
        return false;
    }
  });
}

/** The value of an attribute as text: `{name, text: {value}}`, `{name, scalar: {value}}`. */
export function attributesOf(offered: readonly JsonObject[] | undefined): JsonObject {
  return Object.fromEntries(
    (offered ?? []).map((attribute): [string, Json] => {
      const { name, text, scalar } = attribute as {
        name: string;
        text?: { value: string };
        scalar?: { value: number };
      };
      return [name, text?.value ?? scalar?.value ?? ""];
    }),
  );
}

function valueOf({ host, attributes }: Place, field: string): string | undefined {
  if (field === "hostname" || field === "@hostname") return host;
  const value = attributes[field] as string | number | undefined;
  return value === undefined ? undefined : String(value);
}

function matches(pattern: string | undefined, value: string): boolean {
  try {
    return new RegExp(`^(?:${pattern ?? ""})$`).test(value);
  } catch {
    return false;
  }
}

/** Spreads evenly over the values that are known, of which there are at least `minimum`. */
function isSmallestGroup(others: readonly (string | undefined)[], value: string, minimum: number): boolean {
  const counts = new Map<string, number>([[value, 0]]);
  for (const other of others) if (other !== undefined) counts.set(other, (counts.get(other) ?? 0) + 1);
  const own = counts.get(value) ?? 0;
  const least = counts.size < minimum ? 0 : Math.min(...counts.values());
  return own <= least;
}
