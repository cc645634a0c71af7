import flagFile from "./data/marathon-flags.json";

/** How a flag is written: with a value, as `--x` alone, or as `--x` and `--disable_x`. */
export type MarathonFlagType = "int" | "string" | "bool" | "toggle";

type Range = readonly [first: string, last: string, type: MarathonFlagType];

const table = flagFile.flags as unknown as Readonly<Record<string, readonly Range[]>>;

const newestTag = flagFile.tags.at(-1) ?? "";

/** Flags that hold a secret in their value, which `docker inspect` would show. Source: docs/docs/command-line-flags.md. */
const secrets = ["http_credentials", "mesos_authentication_secret", "ssl_keystore_password"];

/** Flags that name a file, whose content is a secret. */
const secretFiles = ["mesos_authentication_secret_file"];

/** What a flag is in a release, or undefined where the release does not know it. */
export function marathonFlagType(version: string, name: string): MarathonFlagType | undefined {
  return rangeOf(version, name)?.[2];
}

/** Every flag of a release, sorted. */
export function marathonFlagNames(version: string): string[] {
  return everyMarathonFlag().filter((name) => rangeOf(version, name) !== undefined);
}

/** Every flag that any release knows, sorted. */
export function everyMarathonFlag(): string[] {
  return Object.keys(table).sort();
}

/** The last release before this one and the first after it that know the flag. */
export function marathonFlagNeighbours(
  version: string,
  name: string,
): { before: string | undefined; after: string | undefined } {
  const ranges = Object.hasOwn(table, name) ? (table[name] ?? []) : [];
  return {
    before: ranges.findLast(([, last]) => compareMarathon(last, version) < 0)?.[1],
    after: ranges.find(([first]) => compareMarathon(first, version) > 0)?.[0],
  };
}

/** Whether the flag's value itself must never be shown; such a flag cannot be given by argv. */
export function marathonFlagIsSecret(name: string): boolean {
  return secrets.includes(name);
}

/** Whether the flag names a file whose content must never be shown. */
export function marathonFileIsSecret(name: string): boolean {
  return secretFiles.includes(name);
}

/**
 * The words of one flag on the command line. A flag that is only ever turned on has none for `false`.
 * Source: the scallop library, whose opt[Boolean] takes no value and whose toggle has a second name.
 */
export function marathonFlagWords(version: string, name: string, value: string): string[] {
  switch (marathonFlagType(version, name)) {
    case "bool":
      return value === "false" ? [] : [`--${name}`];
    case "toggle":
      return [value === "false" ? `--disable_${name}` : `--${name}`];
    case "int":
    case "string":
    case undefined:
      return [`--${name}`, value];
  }
}

/** Orders releases and candidates: negative where `a` is the older one. */
export function compareMarathon(a: string, b: string): number {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  const at = left.findIndex((n, i) => n !== right[i]);
  return at < 0 ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
}

/** A release after the newest tag that is known here counts as that one. */
function rangeOf(version: string, name: string): Range | undefined {
  if (!Object.hasOwn(table, name)) return undefined;
  const at = compareMarathon(version, newestTag) > 0 ? newestTag : version;
  return table[name]?.find(
    ([first, last]) => compareMarathon(first, at) <= 0 && compareMarathon(at, last) <= 0,
  );
}

/** `0.8.1.1` -> 0, 8, 1, 1 and the number of the candidate; a release comes after all of its candidates. */
function numbersOf(version: string): number[] {
  const [, numbers = "", candidate] = /^v?([\d.]+)(?:-RC(\d+))?/.exec(version) ?? [];
  const parts = numbers.split(".").map(Number);
  return [0, 1, 2, 3].map((i) => parts[i] ?? 0).concat(candidate === undefined ? 1000 : Number(candidate));
}
