import type { ClusterSpec, FileValue, FlagValue, SecretValue } from "../config/spec";
import { flagFileForm, flagFileIsSecret } from "../mesos/flag-files";
import { absenceOf } from "../config/flag-names";
import { flagsAt, flagStanding } from "../mesos/flag-history";
import type { MesosRole } from "../mesos/flags";
import type { UploadPlan } from "./types";

/** Masters, or one group of agents. */
export interface FlagOwner {
  /** As a user finds it in the file: `masters`, `agents[0]`. */
  readonly name: string;
  readonly role: MesosRole;
  readonly version: string;
  readonly flags: Readonly<Record<string, FlagValue>>;
}

/** A file that a flag names, whose content is found when the cluster is made. */
export interface FlagFile {
  /** How the plan calls its content. */
  readonly name: string;
  readonly flag: string;
  readonly version: string;
  readonly source: FileValue | SecretValue;
  /** Whether the content may be shown to nobody. */
  readonly secret: boolean;
}

/** The user's flags of one owner, as words of argv by flag, and the files they name. */
export interface UserFlags {
  readonly values: Readonly<Record<string, string>>;
  readonly uploads: readonly UploadPlan[];
}

/** Everybody who is given flags, in the order of the plan. */
export function flagOwners(spec: ClusterSpec): FlagOwner[] {
  const owner = (
    name: string,
    role: MesosRole,
    { version, flags }: { version: string; flags: FlagOwner["flags"] },
  ): FlagOwner => ({ name, role, version, flags: flagsAt(role, version, spec.flags, flags) });
  return [
    owner("masters", "master", spec.masters),
    ...spec.agents.map((group, g) => owner(`agents[${g}]`, "agent", group)),
  ];
}

/** What the owner's flags say, with paths in the container in place of files. */
export function userFlags(owner: FlagOwner): UserFlags {
  const uploads: UploadPlan[] = [];
  const values = Object.entries(owner.flags).map(([flag, value]): [string, string] => {
    if (typeof value === "string") return [flag, value];
    const { name, secret } = flagFile(owner, flag, value);
    const path = `/etc/mesos-matrix/flags/${flag}`;
    uploads.push(secret ? { path, secret: name } : { path, file: name });
    // Of a path-typed flag `file://` would be a part of the path, of a JSON flag the path alone is deprecated.
    return [flag, flagFileForm(owner.role, owner.version, flag) === "path" ? path : `file://${path}`];
  });
  return { values: Object.fromEntries(values), uploads };
}

/** Every file that flags of the cluster name. */
export function flagFiles(spec: ClusterSpec): FlagFile[] {
  return flagOwners(spec).flatMap((owner) =>
    Object.entries(owner.flags).flatMap(([flag, value]) =>
      typeof value === "string" ? [] : [flagFile(owner, flag, value)],
    ),
  );
}

/** Which of the cluster's common flags somebody starts without, though other versions of its role have them. */
export function flagNotes(spec: ClusterSpec): string[] {
  const notes = flagOwners(spec).flatMap(({ role, version }) =>
    Object.keys(spec.flags).flatMap((name) => {
      const standing = flagStanding(role, version, name);
      if (standing.kind !== "absent") return [];
      return [`${role}s of ${version} start without --${name}: ${absenceOf(standing)}`];
    }),
  );
  return [...new Set(notes)];
}

function flagFile(owner: FlagOwner, flag: string, source: FileValue | SecretValue): FlagFile {
  return {
    name: `${owner.name}.flags.${flag}`,
    flag,
    version: owner.version,
    source,
    secret: "secret" in source || flagFileIsSecret(flag),
  };
}
