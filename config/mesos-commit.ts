import type { Finding, Path, Rule } from "./fault";
import { isMapping } from "./view";
import { show } from "./wording";

/** A commit of the Mesos repository, as git prints it. */
export const commitRule: Rule<string> = (commit) => {
  if (/^[0-9a-f]{7,40}$/.test(commit)) return undefined;
  const lower = commit.toLowerCase();
  return {
    message: `${show(commit)} is no commit: 7 to 40 of the digits 0-9 and a-f`,
    cure: /^[0-9a-f]{7,40}$/.test(lower)
      ? `write "${lower}"`
      : "write what git rev-parse HEAD prints where it was built",
  };
};

/** The keys below `mesos:` that say which Mesos is meant. */
interface MesosKeys {
  readonly version?: string | undefined;
  readonly image?: unknown;
  readonly commit?: string | undefined;
  readonly base?: string | undefined;
}

/** A commit has no tag: its facts are those of the base, and no vendor has an image of it. Paths are below `mesos:`. */
export function commitFaults(mesos: MesosKeys): { finding: Finding; path: string[] }[] {
  const { version, image, commit, base } = mesos;
  const fault = (key: string, message: string, cure: string) => [{ path: [key], finding: { message, cure } }];
  if (commit === undefined) {
    if (base === undefined) return [];
    const message = "a base is given, but no commit that was made after it";
    return fault("base", message, `write version: "${base}", or add commit:`);
  }
  if (version !== undefined) {
    const message = "both a version and a commit are given";
    return fault("version", message, `write base: "${version}" in place of version:`);
  }
  if (base === undefined) {
    const message = `of commit ${commit} nobody knows the flags and endpoints`;
    const cure = 'add the version that they are like, such as base: "1.11.0" or base: master';
    return fault("commit", message, cure);
  }
  if (isMapping(image)) return [];
  const what = image === undefined ? "the default image, mesosphere," : show(image);
  const cure = 'write image: { installTree: "builds/{version}" }, or custom:, archive: or build:';
  return fault(image === undefined ? "commit" : "image", `${what} holds no commit ${commit}`, cure);
}

/** Where a cluster as a user wrote it gives the version of Mesos for all: of a commit, its base. */
export function commonVersionPath(cluster: unknown): Path {
  const mesos = isMapping(cluster) ? cluster.mesos : undefined;
  if (!isMapping(mesos)) return ["mesos"];
  return mesos.commit === undefined ? ["mesos", "version"] : ["mesos", "base"];
}
