import flagFile from "./data/flags.json";
import { atLeast, inRange } from "./versions";

export type MesosRole = "master" | "agent";

/** First and last version, both inclusive. */
export type FlagRange = readonly [string, string];

/** A flag as data/flags.json has it; its `notes` say what each part means. */
export interface FlagRow {
  readonly ranges: readonly FlagRange[];
  readonly type: string | readonly (readonly [string, string])[];
  readonly default?: unknown;
  readonly aliasOf?: string;
  readonly aliasRanges?: readonly FlagRange[];
  readonly aliases?: Readonly<Record<string, readonly FlagRange[]>>;
  /** Where the parser itself refuses to start without it. */
  readonly required?: readonly FlagRange[];
  readonly onlyIf?: string | readonly (readonly [string, string])[];
}

const flags = flagFile.flags as unknown as Readonly<Record<string, Readonly<Record<string, FlagRow>>>>;

/** Everything known of a flag, or undefined where no version of `role` ever had it. */
export function flagRow(role: MesosRole | "libprocess" | "ssl", name: string): FlagRow | undefined {
  const table = flags[role] ?? {};
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** Every name that any version of `role` has, sorted. */
export function everyFlagName(role: MesosRole): string[] {
  return Object.keys(flags[role] ?? {}).sort();
}

/**
 * Whether the binary of `role` at `version` accepts `--name`, also as a deprecated alias.
 * Source: data/flags.json, read from src/{master,slave}/flags.cpp at each tag.
 */
export function acceptsFlag(role: MesosRole, version: string, name: string): boolean {
  const row = flagRow(role, name);
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
  return atVersion(flagRow(role, name)?.type, version);
}

/** The default of a flag at `version` as text, or undefined where it has none. */
export function flagDefault(role: MesosRole, version: string, name: string): string | undefined {
  if (!acceptsFlag(role, version, name)) return undefined;
  const value = flagRow(role, name)?.default;
  const at = Array.isArray(value)
    ? (value as [string, unknown][]).filter(([from]) => atLeast(version, from)).at(-1)?.[1]
    : value;
  return typeof at === "string" || typeof at === "number" || typeof at === "boolean" ? String(at) : undefined;
}

/** The current name of a flag given under a deprecated alias at `version`; any other name is returned as it is. */
export function canonicalFlag(role: MesosRole, version: string, name: string): string {
  const row = flagRow(role, name);
  const asAlias = row?.aliasRanges?.some((range) => inRange(version, range)) ?? false;
  return asAlias && row?.aliasOf !== undefined ? row.aliasOf : name;
}

/** The value, at `version`, of a part of a row that changed over time. */
export function atVersion(
  part: string | readonly (readonly [string, string])[] | undefined,
  version: string,
): string | undefined {
  if (part === undefined || typeof part === "string") return part;
  return part.filter(([from]) => atLeast(version, from)).at(-1)?.[1];
}
