import { badFlagCode } from "../../mesos/marathon-wire";
import { marathonFlagNames, marathonFlagType } from "../../mesos/marathon-flags";

/** The process ends with a code of its own. */
export class MarathonExit extends Error {
  constructor(
    message: string,
    readonly code: number,
  ) {
    super(message);
  }
}

/** The flags of one Marathon as they were given; a toggle holds `true` or `false`. */
export type MarathonFlags = ReadonlyMap<string, string>;

/**
 * Reads a command line as scallop does: `--name value`, `--name=value`, and flags that take no value. Throws
 * {@link MarathonExit} for what the release does not know.
 */
export function readMarathonFlags(version: string, argv: readonly string[]): MarathonFlags {
  const flags = new Map<string, string>();
  const fail = (message: string): never => {
    throw new MarathonExit(`[scallop] Error: ${message}`, badFlagCode(version));
  };
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? "";
    const match = /^--([^=]+)(?:=([\s\S]*))?$/.exec(word);
    if (match?.[1] === undefined) return fail(`Excess arguments provided: '${word}'`);
    const [, written, inline] = match;
    const off = /^disable_(.+)$/.exec(written)?.[1];
    const negated = off !== undefined && marathonFlagType(version, off) === "toggle";
    const name = negated ? off : written;
    const type = marathonFlagType(version, name);
    if (type === undefined) return fail(`Unknown option '${written}'`);
    if (flags.has(name)) return fail(`Bad arguments for option '${name}': given more than once`);
    if (type === "bool" || type === "toggle") {
      if (inline !== undefined) return fail(`Bad arguments for option '${name}': '${inline}'`);
      flags.set(name, String(!negated));
      continue;
    }
    const value = inline ?? argv[++i];
    if (value === undefined) return fail(`Bad arguments for option '${name}': ''`);
    if (type === "int" && !/^-?\d+$/.test(value))
      return fail(`Bad arguments for option '${name}': '${value}'`);
    flags.set(name, value);
  }
  if (!flags.has("master")) return fail("Required option 'master' not found");
  return flags;
}

/** Text of `--help`. */
export function marathonUsage(version: string, simulated: string): string {
  const lines = marathonFlagNames(version).map((name) => {
    const type = marathonFlagType(version, name);
    if (type === "bool") return `      --${name}`;
    return type === "toggle" ? `      --${name} | --disable_${name}` : `      --${name} <${type ?? ""}>`;
  });
  return [`Marathon ${version}`, "Options:", ...lines, "", `This program is ${simulated}.`, ""].join("\n");
}
