import { allVersions, findVersion } from "../mesos/versions";
import type { NodeObservation } from "./observe";

/** Digits of a commit that are shown: as many as the table of versions has. */
const shown = 12;

/**
 * What a node is, in words, where that is another version, candidate or commit than was asked for; undefined where it
 * is right, or nobody can tell. A candidate reports the number of its release, so only its commit gives it away.
 */
export function otherThanAsked({ node, version, commit }: NodeObservation): string | undefined {
  if (version === undefined || node.reports === undefined) return undefined;
  if (node.commit !== undefined) {
    if (commit === undefined || sameCommit(node.commit, commit)) return undefined;
    return `${version} of commit ${commit.slice(0, shown)}`;
  }
  if (!sameNumber(node.reports, version)) return version;
  const asked = findVersion(node.version ?? "");
  if (asked === undefined || commit === undefined || sameCommit(asked.commit, commit)) return undefined;
  // A vendor's own commit may well be of the version asked for; that of another tag of Mesos is not.
  const other = allVersions().findLast((known) => sameCommit(known.commit, commit));
  return other === undefined ? undefined : `${other.tag} (commit ${other.commit})`;
}

/** Builds of distributors add to the number: `1.7.1-1.0`. */
function sameNumber(asked: string, reported: string): boolean {
  return reported === asked || reported.startsWith(`${asked}-`) || reported.startsWith(`${asked}+`);
}

/** Either may be short. */
function sameCommit(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}
