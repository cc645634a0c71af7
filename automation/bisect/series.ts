import { ConfigError } from "../../config/problem";
import { allVersions, findVersion, nearestVersions } from "../../mesos/versions";
import { oneOf, show } from "../../config/wording";

/** One version of a series. */
export interface Member {
  readonly version: string;
  /** Other tags of the same commit: a release is its last candidate. */
  readonly alike: readonly string[];
  /** What is looked at first: 0 a minor release, 1 a patch release, 2 a candidate. */
  readonly rank: number;
}

/**
 * The versions from `good` to `bad`, oldest first, each commit once: under its release where it is one.
 * @throws ConfigError where one of the two is unknown, or they are in the wrong order
 */
export function seriesBetween(good: string, bad: string): Member[] {
  const all = allVersions();
  const places = [good, bad].map((version) => all.findIndex(({ tag }) => tag === version));
  const [from = -1, to = -1] = places;
  const problems = [
    ...(from < 0 ? [unknown("--good", good)] : []),
    ...(to < 0 ? [unknown("--bad", bad)] : []),
    ...(from >= 0 && to >= 0 && from >= to ? [wrongOrder(good, bad)] : []),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  const between = all.slice(from, to + 1);
  const commits = [...new Set(between.map(({ commit }) => commit))];
  return commits.map((commit) => {
    const tags = between.filter((one) => one.commit === commit).map(({ tag }) => tag);
    // The ends keep the names that the user gave them.
    const version = tags.find((tag) => tag === good || tag === bad) ?? tags.at(-1) ?? "";
    return { version, alike: tags.filter((tag) => tag !== version), rank: rankOf(version) };
  });
}

function rankOf(version: string): number {
  if (/-rc\d+$/.test(version)) return 2;
  return version.endsWith(".0") ? 0 : 1;
}

function unknown(option: string, version: string): ConfigError["problems"][number] {
  const message = `${show(version)} is no version of Mesos that is known`;
  return problem(option, message, `the nearest are ${oneOf(nearestVersions(version))}`);
}

function wrongOrder(good: string, bad: string): ConfigError["problems"][number] {
  const same = findVersion(good)?.tag === findVersion(bad)?.tag;
  const message = same ? `--good and --bad are both ${good}` : `--good ${good} is newer than --bad ${bad}`;
  return problem("--good", message, "give an older version as --good and a newer one as --bad");
}

function problem(path: string, message: string, cure: string): ConfigError["problems"][number] {
  return { place: { file: "command line", line: 0, column: 0 }, path, message, cure };
}
