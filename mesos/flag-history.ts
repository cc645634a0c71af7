import { acceptsFlag, atVersion, flagRow, type FlagRange, type MesosRole } from "./flags";
import { allVersions, inRange } from "./versions";

/** What a name means to the binary of one role at one version. */
export type FlagStanding =
  | { readonly kind: "known" }
  /** No version of the role ever had it. */
  | { readonly kind: "unknown" }
  /** The version has the flag as `to`; `name` is at most a deprecated alias, and both together are fatal. */
  | { readonly kind: "renamed"; readonly to: string; readonly isOld: boolean }
  /** The version lacks it: the last one before that has it, and the first one after. */
  | { readonly kind: "absent"; readonly before: string | undefined; readonly after: string | undefined };

/** Renamings that left no alias behind. Source: src/slave/flags.cpp at 0.24.0-rc1 and 1.0.0-rc3. */
const WITHOUT_ALIAS: Readonly<Record<string, string>> = {
  docker_sandbox_directory: "sandbox_directory",
  authenticate_http: "authenticate_http_readwrite",
};

/** What the configure script calls the options behind the macros. Source: configure.ac. */
const BUILD_OPTIONS: Readonly<Record<string, string>> = {
  USE_SSL_SOCKET: "--enable-ssl",
  WITH_NETWORK_ISOLATOR: "--with-network-isolator",
  ENABLE_PORT_MAPPING_ISOLATOR: "--enable-port-mapping-isolator",
  ENABLE_GRPC: "--enable-grpc",
  ENABLE_NVIDIA_GPU_SUPPORT: "--enable-nvidia-gpu-support",
  ENABLE_NETWORK_PORTS_ISOLATOR: "--enable-network-ports-isolator",
  ENABLE_XFS_DISK_ISOLATOR: "--enable-xfs-disk-isolator",
  ENABLE_SECCOMP_ISOLATOR: "--enable-seccomp-isolator",
};

/** What `name` is to a `role` of `version`. Throws on an unknown version. */
export function flagStanding(role: MesosRole, version: string, name: string): FlagStanding {
  const row = flagRow(role, name);
  if (row === undefined) return { kind: "unknown" };
  const isIn = (ranges: readonly FlagRange[] = []): boolean =>
    ranges.some((range) => inRange(version, range));
  if (isIn(row.ranges)) return { kind: "known" };
  const other = otherNames(role, name).find(({ to }) => isIn(flagRow(role, to)?.ranges));
  return other === undefined ? absent(row.ranges, version) : { kind: "renamed", ...other };
}

/** The configure option without which a binary of `version` lacks the flag; undefined where every Linux build has it. */
export function flagBuildOption(role: MesosRole, version: string, name: string): string | undefined {
  const macro = atVersion(flagRow(role, name)?.onlyIf, version);
  return macro === undefined ? undefined : BUILD_OPTIONS[macro];
}

/**
 * The flags that a `role` of `version` is given: of every level what it knows under that very name, later levels
 * before earlier ones. A flag's old and new name on one level mean one flag, under the name that this version has.
 */
export function flagsAt<T>(
  role: MesosRole,
  version: string,
  ...levels: readonly Readonly<Record<string, T>>[]
): Record<string, T> {
  const known = levels.flatMap((level) =>
    Object.entries(level).filter(([name]) => flagStanding(role, version, name).kind === "known"),
  );
  return Object.fromEntries(known.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** The first of the names that a `role` of `version` has; newer names stand first. */
export function firstKnown(role: MesosRole, version: string, names: readonly string[]): string | undefined {
  return names.find((name) => acceptsFlag(role, version, name));
}

function otherNames(role: MesosRole, name: string): { to: string; isOld: boolean }[] {
  const row = flagRow(role, name);
  const newer = [row?.aliasOf, WITHOUT_ALIAS[name]].filter((to) => to !== undefined);
  const silent = Object.entries(WITHOUT_ALIAS).flatMap(([old, now]) => (now === name ? [old] : []));
  const older = [...Object.keys(row?.aliases ?? {}), ...silent];
  return [...newer.map((to) => ({ to, isOld: true })), ...older.map((to) => ({ to, isOld: false }))];
}

function absent(ranges: readonly FlagRange[], version: string): FlagStanding {
  const tags = allVersions().map(({ tag }) => tag);
  const at = tags.indexOf(version);
  const ends = ranges.map(([first, last]) => [tags.indexOf(first), tags.indexOf(last)] as const);
  const before = Math.max(-1, ...ends.map(([, last]) => last).filter((last) => last < at));
  const after = Math.min(tags.length, ...ends.map(([first]) => first).filter((first) => first > at));
  return { kind: "absent", before: tags[before], after: tags[after] };
}
