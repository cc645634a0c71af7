import type { Member } from "./series";

/** What is known of one version: as the good end, changed against it, neither for sure, or not to be tested at all. */
export type Standing = "same" | "changed" | "flaky" | "untestable";

export interface Found {
  readonly kind: "found";
  /** The first version whose verdict is known to have changed. */
  readonly first: string;
  /** The last version before it that is as the good end. */
  readonly before: string;
  /** Versions between the two of which nothing is certain: the change may be in one of them. */
  readonly uncertain: readonly string[];
  /** Versions after the first change that are as the good end again: the series changes more than once. */
  readonly back: readonly string[];
}

/** What to do next. */
export type Step =
  | { readonly kind: "probe"; readonly version: string }
  | Found
  /** The ends do not differ, or one of them cannot be told. */
  | { readonly kind: "impossible"; readonly why: string };

/**
 * The next version to test, or the answer. Halving takes ceil(log2 n) tests beside the two ends; of the versions with
 * which `budget` tests still suffice, minor releases go before patch releases and these before candidates, and the one
 * nearest to the middle counts.
 * @param budget tests that may be made beside the two ends; where that is too few for any order, the fewest are made
 */
export function nextStep(
  series: readonly Member[],
  known: ReadonlyMap<string, Standing>,
  budget: number,
): Step {
  const standing = ({ version }: Member): Standing | undefined => known.get(version);
  const [good, bad] = [series[0], series.at(-1)];
  if (good === undefined || bad === undefined) throw new Error("a series has two ends");
  for (const end of [good, bad]) {
    const found = standing(end);
    if (found === undefined) return { kind: "probe", version: end.version };
    const wanted = end === good ? "same" : "changed";
    if (found !== wanted) return { kind: "impossible", why: endFault(end.version, found, good.version) };
  }
  const firstChanged = series.findIndex((member) => standing(member) === "changed");
  const lastSame = series.findLastIndex((member, i) => i < firstChanged && standing(member) === "same");
  const open = series.slice(lastSame + 1, firstChanged);
  const untested = open.filter((member) => standing(member) === undefined);
  if (untested.length > 0) return { kind: "probe", version: halving(untested, budget).version };
  return {
    kind: "found",
    first: series[firstChanged]?.version ?? "",
    before: series[lastSame]?.version ?? "",
    uncertain: open.map(({ version }) => version),
    back: series
      .slice(firstChanged)
      .filter((member) => standing(member) === "same")
      .map(({ version }) => version),
  };
}

/** Most tests that such a search takes beside the two ends, where every version can be tested. */
export function mostProbes(versions: number): number {
  return Math.ceil(Math.log2(Math.max(1, versions)));
}

function halving(untested: readonly Member[], budget: number): Member {
  const answers = untested.length + 1;
  const room = 2 ** (Math.max(budget, mostProbes(answers)) - 1);
  const middle = (untested.length - 1) / 2;
  const allowed = untested
    .map((member, i) => ({ member, left: i + 1, right: untested.length - i, distance: Math.abs(i - middle) }))
    .filter(({ left, right }) => Math.max(left, right) <= room)
    .sort((a, b) => a.member.rank - b.member.rank || a.distance - b.distance);
  const [best] = allowed;
  if (best === undefined) throw new Error("one of the versions is in the middle");
  return best.member;
}

function endFault(version: string, found: Standing, good: string): string {
  if (found === "untestable")
    return `${version} cannot be tested, so nothing can be said of what lies between`;
  if (found === "flaky") return `${version} is flaky: no search can rely on it`;
  return `${version} has the same verdict as ${good}: nothing changes between them`;
}
