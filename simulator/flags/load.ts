import { acceptsFlag, canonicalFlag, flagNames, flagType, type MesosRole } from "../../mesos/flags";
import { duplicateFlagIsFatal } from "../../mesos/env-rules";
import { checkValue } from "./values";

/** What was given on the command line and in the environment. */
export interface FlagInput {
  readonly role: MesosRole;
  readonly version: string;
  /** Words after the program's name. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Flags by their current names, as text; deprecated names that were used. */
export interface LoadedFlags {
  readonly given: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
}

/** The command line or environment is not what this Mesos takes; the binary exits with 1. */
export class FlagError extends Error {}

interface Loaded {
  readonly name: string;
  readonly canonical: string;
  readonly value: string;
}

/**
 * Loads flags by the rules of stout's flags.hpp: unknown `MESOS_X` ignored, unknown `--x` refused, values checked by
 * type, a flag given twice refused, and the command line wins over the environment only from 1.0.2 on.
 */
export function loadFlags(input: FlagInput): LoadedFlags {
  const fromEnv = loadEnvironment(input);
  const fromArgv = input.argv.map((word) => loadWord(input, word));
  refuseDuplicates(fromEnv);
  refuseDuplicates(fromArgv);
  // The command line wins under the same name only: a flag and its other name are two, whoever gives them.
  const overridden = (flag: Loaded): boolean =>
    !duplicateFlagIsFatal(input.version) && fromArgv.some(({ name }) => name === flag.name);
  const all = [...fromEnv.filter((flag) => !overridden(flag)), ...fromArgv];
  refuseDuplicates(all);
  const deprecated = all.filter((flag) => flag.name !== flag.canonical);
  return {
    given: new Map(all.map(({ canonical, value }) => [canonical, value])),
    warnings: deprecated.map(
      (flag) => `Loaded deprecated flag '${flag.name}': use '${flag.canonical}' instead`,
    ),
  };
}

function loadEnvironment({ role, version, env }: FlagInput): Loaded[] {
  const known = new Set(flagNames(role, version));
  return Object.entries(env).flatMap(([variable, value]) => {
    if (!variable.startsWith("MESOS_") || value === undefined) return [];
    const name = variable.slice("MESOS_".length).toLowerCase();
    const plain = name.replace(/^no-/, "");
    return known.has(plain) ? [accept(role, version, name, value)] : [];
  });
}

function loadWord({ role, version }: FlagInput, word: string): Loaded {
  const match = /^--([^=]+)(?:=([\s\S]*))?$/.exec(word);
  if (match?.[1] === undefined) {
    throw new FlagError(`Failed to load flag '${word}': flags are written as --name=value`);
  }
  return accept(role, version, match[1], match[2]);
}

function accept(role: MesosRole, version: string, written: string, value: string | undefined): Loaded {
  const negated = !acceptsFlag(role, version, written) && written.startsWith("no-");
  const name = negated ? written.slice("no-".length) : written;
  const type = flagType(role, version, name);
  if (type === undefined) throw new FlagError(`Failed to load unknown flag '${name}'`);
  if (negated && type !== "bool") {
    throw new FlagError(`Failed to load non-boolean flag '${name}' via '${written}'`);
  }
  if (negated && value !== undefined && value !== "") {
    throw new FlagError(`Failed to load boolean flag '${name}' via '${written}' with value '${value}'`);
  }
  const text = negated ? "false" : defaultedValue(name, type, value);
  try {
    checkValue(type, text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new FlagError(`Failed to load flag '${name}': Failed to load value '${text}': ${why}`, { cause });
  }
  return { name, canonical: canonicalFlag(role, version, name), value: text };
}

function defaultedValue(name: string, type: string, value: string | undefined): string {
  if (type === "bool" && (value === undefined || value === "")) return "true";
  if (value === undefined) throw new FlagError(`Failed to load non-boolean flag '${name}': Missing value`);
  return value;
}

function refuseDuplicates(flags: readonly Loaded[]): void {
  const first = new Map<string, string>();
  for (const { canonical, name } of flags) {
    const earlier = first.get(canonical);
    if (earlier !== undefined) {
      throw new FlagError(`Flag '${name}' is already loaded via name '${earlier}'`);
    }
    first.set(canonical, name);
  }
}
