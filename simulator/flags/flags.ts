import {
  acceptsFlag,
  atVersion,
  canonicalFlag,
  flagDefault,
  flagNames,
  flagRow,
  type MesosRole,
} from "../../mesos/flags";
import { parseBoolean, parseDuration, parseInteger } from "./values";

/** The flags of one process: what was given, with the defaults of its version behind it. */
export class Flags {
  constructor(
    readonly role: MesosRole,
    readonly version: string,
    private readonly given: ReadonlyMap<string, string>,
  ) {}

  /** Whether the user gave the flag, under any of its names. */
  isGiven(name: string): boolean {
    return this.given.has(canonicalFlag(this.role, this.version, name));
  }

  /** The value as text; the first of the names that this version has counts. Undefined without value and default. */
  text(...names: readonly string[]): string | undefined {
    const name = names.find((n) => acceptsFlag(this.role, this.version, n));
    if (name === undefined) return undefined;
    return (
      this.given.get(canonicalFlag(this.role, this.version, name)) ??
      flagDefault(this.role, this.version, name)
    );
  }

  /** Milliseconds; `fallback` where the version has no such flag. */
  duration(fallback: number, ...names: readonly string[]): number {
    const text = this.text(...names);
    return text === undefined ? fallback : parseDuration(text);
  }

  integer(fallback: number, ...names: readonly string[]): number {
    const text = this.text(...names);
    return text === undefined ? fallback : parseInteger(text);
  }

  boolean(fallback: boolean, ...names: readonly string[]): boolean {
    const text = this.text(...names);
    return text === undefined ? fallback : parseBoolean(text);
  }

  /** Every flag that has a value, by current name: what `/flags` and `/state` show. Sorted. */
  all(): Record<string, string> {
    const shown: Record<string, string> = {};
    for (const name of flagNames(this.role, this.version)) {
      if (canonicalFlag(this.role, this.version, name) !== name) continue;
      const value = this.given.get(name) ?? this.builtInDefault(name);
      if (value !== undefined) shown[name] = value;
    }
    return shown;
  }

  /** The default of a flag that every build for Linux has; others are flags of builds with an option. */
  private builtInDefault(name: string): string | undefined {
    const needs = atVersion(flagRow(this.role, name)?.onlyIf, this.version);
    const everywhere = needs === undefined || needs === "" || needs === "linux";
    return everywhere ? flagDefault(this.role, this.version, name) : undefined;
  }
}
