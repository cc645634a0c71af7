import flagFile from "./data/flags.json";
import { atLeast, inRange } from "./versions";

export type MesosRole = "master" | "agent";

type Range = readonly [string, string];

interface FlagRow {
  readonly ranges: readonly Range[];
  readonly type: string | readonly (readonly [string, string])[];
  readonly default?: unknown;
  readonly aliasOf?: string;
  readonly aliasRanges?: readonly Range[];
}

const flags = flagFile.flags as unknown as Readonly<Record<string, Readonly<Record<string, FlagRow>>>>;

/**
 * Whether the binary of `role` at `version` accepts `--name`, also as a deprecated alias.
 * Source: data/flags.json, read from src/{master,slave}/flags.cpp at each tag.
 */
export function acceptsFlag(role: MesosRole, version: string, name: string): boolean {
  const row = flags[role]?.[name];
  if (row === undefined) return false;
  return [...row.ranges, ...(row.aliasRanges ?? [])].some((range) => inRange(version, range));
}

/** The names that `role` accepts at `version`, aliases included, sorted. */
export function flagNames(role: MesosRole, version: string): string[] {
  return Object.keys(flags[role] ?? {})
    .filter((name) => acceptsFlag(role, version, name))
    .sort();
}

/** The type of a flag at `version` (`bool`, `duration`, `string`, ...), or undefined where it is not accepted. */
export function flagType(role: MesosRole, version: string, name: string): string | undefined {
  if (!acceptsFlag(role, version, name)) return undefined;
  const type = flags[role]?.[name]?.type;
  if (type === undefined || typeof type === "string") return type;
  return type.filter(([from]) => atLeast(version, from)).at(-1)?.[1];
}

/** The default of a flag at `version` as text, or undefined where it has none. */
export function flagDefault(role: MesosRole, version: string, name: string): string | undefined {
  if (!acceptsFlag(role, version, name)) return undefined;
  const value = flags[role]?.[name]?.default;
  const at = Array.isArray(value)
    ? (value as [string, unknown][]).filter(([from]) => atLeast(version, from)).at(-1)?.[1]
    : value;
  return typeof at === "string" || typeof at === "number" || typeof at === "boolean" ? String(at) : undefined;
}

/** The current name of a flag given under a deprecated alias at `version`; any other name is returned as it is. */
export function canonicalFlag(role: MesosRole, version: string, name: string): string {
  const row = flags[role]?.[name];
  const asAlias = row?.aliasRanges?.some((range) => inRange(version, range)) ?? false;
  return asAlias && row?.aliasOf !== undefined ? row.aliasOf : name;
}
