import { allVersions, findVersion } from "./versions";

/** Which versions a range takes beside releases. */
export interface RangeOptions {
  readonly candidates: boolean;
}

/** A range as it was read, or the first word that is none. */
export type VersionRange =
  | {
      readonly bounds: readonly Bound[];
      /** Only the newest of every minor release. */
      readonly latestPatch: boolean;
    }
  | { readonly wrong: string };

interface Bound {
  readonly operator: ">=" | ">" | "<" | "<=" | "=";
  /** First and last place in the table of what the version means: one tag, or a whole line such as 1.4. */
  readonly first: number;
  readonly last: number;
}

/** No range needs more; the patterns here are not made for long texts. */
const LONGEST = 200;

const tags = allVersions().map(({ tag }) => tag);

/** Whether a text is meant as a range rather than as a version. */
export function looksLikeRange(text: string): boolean {
  return /[<>=\s]|latest/.test(text.trim());
}

/**
 * Reads `>=1.4 <1.8 latest-patch`. A bound of two numbers means all tags of that line, its candidates included: `>=1.4`
 * begins at 1.4.0-rc1 and `<1.8` ends before 1.8.0-rc1. A full one means that very tag.
 */
export function parseRange(text: string): VersionRange {
  if (text.length > LONGEST) return { wrong: text };
  const words = text
    .trim()
    .replace(/([<>=]+)\s+/g, "$1")
    .split(/\s+/);
  const bounds: Bound[] = [];
  for (const word of words.filter((one) => one !== "latest-patch")) {
    const bound = boundOf(word);
    if (bound === undefined) return { wrong: word };
    bounds.push(bound);
  }
  return { bounds, latestPatch: words.includes("latest-patch") };
}

/** The tags in a range, oldest first; `master` is in none, since it is no release. */
export function versionsIn(
  { bounds, latestPatch }: Exclude<VersionRange, { wrong: string }>,
  { candidates }: RangeOptions,
): string[] {
  const inside = tags.filter(
    (tag, at) =>
      tag !== "master" && (candidates || !tag.includes("-rc")) && bounds.every((bound) => holds(bound, at)),
  );
  return latestPatch ? inside.filter((tag, i) => lineOf(tag) !== lineOf(inside[i + 1] ?? "")) : inside;
}

function boundOf(word: string): Bound | undefined {
  const [, operator = "=", version = ""] = /^(>=|<=|>|<|=)?(\d+\.\d+(?:\.\d+(?:-rc\d+)?)?)$/.exec(word) ?? [];
  const line = tags.flatMap((tag, at) => (lineOf(tag) === version ? [at] : []));
  const exact = findVersion(version) === undefined ? [] : [tags.indexOf(version)];
  const places = [...line, ...exact];
  const first = places[0];
  const last = places.at(-1);
  if (first === undefined || last === undefined) return undefined;
  return { operator: operator as Bound["operator"], first, last };
}

function holds({ operator, first, last }: Bound, at: number): boolean {
  switch (operator) {
    case ">=":
      return at >= first;
    case ">":
      return at > last;
    case "<":
      return at < first;
    case "<=":
      return at <= last;
    case "=":
      return at >= first && at <= last;
  }
}

function lineOf(tag: string): string {
  return tag.split(".").slice(0, 2).join(".");
}
