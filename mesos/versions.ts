import { compare, parse } from "semver";
import flagFile from "./data/flags.json";

/** One tag of the Mesos repository: a release (`1.8.0`), a release candidate (`1.8.0-rc3`) or `master`. */
export interface MesosVersion {
  /** The tag as users write it. */
  readonly tag: string;
  /** First 12 hex digits of the commit. */
  readonly commit: string;
  /** Day of the commit, `YYYY-MM-DD`. */
  readonly date: string;
  /** What the binary says of itself: a candidate reports the release it was a candidate for. */
  readonly reports: string;
}

/** `master` of 2024-08-23 calls itself 1.12.0; it was never released. Source: CMakeLists.txt at c1b42f79d157. */
const MASTER_REPORTS = "1.12.0";

const table = flagFile.versions as Readonly<Record<string, { commit: string; date: string }>>;

const all: readonly MesosVersion[] = Object.entries(table).map(([tag, { commit, date }]) => ({
  tag,
  commit,
  date,
  reports: tag === "master" ? MASTER_REPORTS : tag.replace(/-rc\d+$/, ""),
}));

const positions = new Map(all.map((v, i) => [v.tag, i]));

/** Every known version, oldest first; candidates stand before their release. Source: tags of apache/mesos. */
export function allVersions(): readonly MesosVersion[] {
  return all;
}

/** The known version with this tag, or undefined. */
export function findVersion(tag: string): MesosVersion | undefined {
  const position = positions.get(tag);
  return position === undefined ? undefined : all[position];
}

/** Whether `tag` lies in the inclusive range `[first, last]` of known tags. Throws on an unknown tag. */
export function inRange(tag: string, [first, last]: readonly [string, string]): boolean {
  const at = positionOf(tag);
  return positionOf(first) <= at && at <= positionOf(last);
}

/** Whether `tag` is `first` or newer, in the order of the tags (candidates before their release). */
export function atLeast(tag: string, first: string): boolean {
  return positionOf(tag) >= positionOf(first);
}

/** The known tags nearest to one that does not exist: same minor first, then the neighbours in order. */
export function nearestVersions(wrong: string, count = 3): string[] {
  const wanted = parse(wrong.replace(/^v/, ""), { loose: true });
  const released = all.filter((v) => v.tag !== "master");
  if (wanted === null) return released.slice(-count).map((v) => v.tag);
  const distance = (tag: string): number => {
    const v = parse(tag);
    if (v === null) return Number.MAX_SAFE_INTEGER;
    const sameSide = compare(v, wanted) > 0 ? 0.25 : 0;
    const candidate = v.prerelease.length > 0 && wanted.prerelease.length === 0 ? 0.5 : 0;
    return (
      Math.abs(v.major - wanted.major) * 1e6 +
      Math.abs(v.minor - wanted.minor) * 1e3 +
      Math.abs(v.patch - wanted.patch) * 2 +
      candidate +
      sameSide
    );
  };
  return [...released]
    .sort((a, b) => distance(a.tag) - distance(b.tag))
    .slice(0, count)
    .map((v) => v.tag);
}

function positionOf(tag: string): number {
  const position = positions.get(tag);
  if (position === undefined) throw new Error(`${tag} is no known Mesos version`);
  return position;
}
