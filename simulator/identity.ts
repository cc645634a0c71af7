import { allVersions, findVersion, type MesosVersion } from "../mesos/versions";

/** Every place that says "this is no real Mesos" takes its words from here. */
export const SIMULATED_USER = "simulated by mesos-matrix";

/** What `/version` and `/state` say of the binary. `build_time` is in seconds since 1970. */
export interface BuildInfo {
  readonly version: string;
  readonly build_date: string;
  readonly build_time: number;
  readonly build_user: string;
  readonly git_sha: string;
  readonly git_branch?: string;
  readonly git_tag?: string;
}

/** `Server:` header of every answer. */
export function serverHeader(version: MesosVersion): string {
  return `mesos-matrix-simulator (Mesos ${version.tag}, simulated)`;
}

/** As `serverHeader`, of a Marathon. */
export function marathonServerHeader(version: string): string {
  return `mesos-matrix-simulator (Marathon ${version}, simulated)`;
}

/** Build facts of the tag: its commit and day are real, the user says that it is simulated. */
export function buildInfo(version: MesosVersion): BuildInfo {
  const release = version.tag !== "master";
  return {
    version: version.reports,
    build_date: `${version.date} 00:00:00`,
    build_time: Date.parse(`${version.date}T00:00:00Z`) / 1000,
    build_user: SIMULATED_USER,
    git_sha: version.commit,
    ...(release ? { git_tag: version.tag } : { git_branch: "refs/heads/master" }),
  };
}

/** The version named by `SIMULATED_MESOS`. Throws, naming the cure, where it is missing or no known tag. */
export function simulatedVersion(env: Readonly<Record<string, string | undefined>>): MesosVersion {
  const tag = env.SIMULATED_MESOS ?? "";
  const version = findVersion(tag);
  if (version !== undefined) return version;
  const last = allVersions()
    .filter((v) => v.tag !== "master")
    .at(-1);
  const said = tag === "" ? "SIMULATED_MESOS is not set" : `SIMULATED_MESOS=${tag} is no known Mesos version`;
  throw new Error(`${said}; set it to a tag of apache/mesos such as 1.8.0-rc3 or ${last?.tag ?? "1.11.0"}`);
}
