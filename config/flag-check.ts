import { agentsMustAuthenticate, flagConflicts } from "../mesos/flag-needs";
import { flagBuildOption, flagsAt, flagStanding } from "../mesos/flag-history";
import { acceptsFlag, canonicalFlag, type MesosRole } from "../mesos/flags";
import { findVersion } from "../mesos/versions";
import type { Fault, Finding, Path } from "./fault";
import { flagNameFault, RESERVED, takerName, type FlagTaker } from "./flag-names";
import { flagText, flagValueFinding } from "./flag-values";
import { commonVersionPath } from "./mesos-commit";
import { isMapping, valueAt } from "./view";
import type { View } from "./view";
import { oneOf, show } from "./wording";

/** More names than any version has for both roles together. */
const MOST_FLAGS = 300;

/** Images of others, of which nobody can say how they were configured before they were built. */
const PUBLISHED = ["mesosphere", "redjack", "mesos"];

interface Holder {
  readonly role: MesosRole;
  /** `["masters"]` or `["agents", 0]`. */
  readonly path: Path;
  /** Undefined where nobody gave a version, or no known one. */
  readonly version: string | undefined;
  readonly image: unknown;
}

/** A mapping of flags, and who gets them. */
interface Level {
  readonly path: Path;
  readonly flags: Readonly<Record<string, unknown>>;
  readonly holders: readonly Holder[];
}

/**
 * What is wrong with the flags of a cluster as a user wrote it, whatever its form: each name and value for every
 * role and version that would get it, and the flags of each process together, those in its environment too. Paths are
 * the document's.
 */
export function checkFlags(view: View): Fault[] {
  if (!isMapping(view.value)) return [];
  const holders = holdersOf(view.value);
  const level = (path: Path, takers: readonly Holder[]): Level => {
    const flags = valueAt(view.value, path);
    return { path, flags: isMapping(flags) ? flags : {}, holders: takers };
  };
  const common = level(["flags"], holders);
  const own = holders.map((holder) => level([...holder.path, "flags"], [holder]));
  const faults = [
    ...[common, ...own].flatMap((one) => levelFaults(one, view)),
    ...holders.flatMap((holder, i) => togetherFaults(holder, [common, ...own.slice(i, i + 1)], view)),
    ...credentialFaults(holders, common, own, view),
  ];
  return faults.map((fault) => ({ ...fault, path: view.toDocument(fault.path) }));
}

function holdersOf(cluster: Readonly<Record<string, unknown>>): Holder[] {
  const at = (path: Path): unknown => valueAt(cluster, path);
  const common = at(commonVersionPath(cluster));
  const groups = Array.isArray(cluster.agents) ? cluster.agents.length : 1;
  const paths: Path[] = [["masters"], ...Array.from({ length: groups }, (_, i) => ["agents", i])];
  return paths.map((path) => {
    const version = at([...path, "version"]) ?? common;
    return {
      role: path[0] === "masters" ? "master" : "agent",
      path,
      version: typeof version === "string" && findVersion(version) !== undefined ? version : undefined,
      image: at([...path, "image"]) ?? at(["mesos", "image"]) ?? "mesosphere",
    };
  });
}

function levelFaults({ path, flags, holders }: Level, view: View): Fault[] {
  const takers = takersOf(holders);
  const roles = [...new Set(holders.map(({ role }) => role))];
  const count = Object.keys(flags).length;
  if (count > MOST_FLAGS) {
    const message = `${count} flags are more than any Mesos has`;
    return [{ path, at: "value", message, cure: "write flags of Mesos only" }];
  }
  return Object.entries(flags).flatMap(([name, value]): Fault[] => {
    const place = [...path, name];
    if (takers.length > 0 && hasPartner(name, flags, takers)) {
      const partner = partnerOf(name, flags, takers);
      if (partner === undefined) return [];
      const message = `${show(name)} and ${show(partner)} are two names of one flag, with two values`;
      return [{ path: place, at: "value", message, cure: "give both the same value, or keep one of them" }];
    }
    const finding = flagNameFault(name, takers, roles);
    if (finding !== undefined) return [{ path: place, at: "key", ...finding }];
    const wrong = flagValueFinding(name, value, view.textAt(place), takers);
    if (wrong !== undefined) return [{ path: place, at: "value", ...wrong }];
    const build = buildFinding(name, holders);
    return build === undefined ? [] : [{ path: place, at: "key", ...build }];
  });
}

function takersOf(holders: readonly Holder[]): FlagTaker[] {
  const takers = new Map<string, FlagTaker>();
  for (const { role, version } of holders) {
    if (version !== undefined) takers.set(`${role} ${version}`, { role, version });
  }
  return [...takers.values()];
}

/** Whether every taker that knows the flag under another name finds that name beside it, so that this one is for others. */
function hasPartner(name: string, flags: Level["flags"], takers: readonly FlagTaker[]): boolean {
  const standings = takers.map(({ role, version }) => flagStanding(role, version, name));
  const renamed = standings.filter((standing) => standing.kind === "renamed");
  return (
    renamed.length > 0 &&
    standings.every(({ kind }) => kind !== "known") &&
    renamed.every(({ to }) => Object.hasOwn(flags, to))
  );
}

function partnerOf(name: string, flags: Level["flags"], takers: readonly FlagTaker[]): string | undefined {
  const others = takers.flatMap(({ role, version }) => {
    const standing = flagStanding(role, version, name);
    return standing.kind === "renamed" ? [standing.to] : [];
  });
  return others.find((other) => JSON.stringify(flags[other]) !== JSON.stringify(flags[name]));
}

function buildFinding(name: string, holders: readonly Holder[]): Finding | undefined {
  for (const { role, version, image } of holders) {
    if (version === undefined || typeof image !== "string" || !PUBLISHED.includes(image)) continue;
    if (flagStanding(role, version, name).kind !== "known") continue;
    const option = flagBuildOption(role, version, name);
    if (option === undefined) continue;
    return {
      message: `only a Mesos configured with ${option} has --${name}; that of ${image} may lack it, and would exit`,
      cure: "use an image that was built so (image: { custom: { repository: ..., tag: ... } }), or take it out",
    };
  }
  return undefined;
}

interface Given {
  /** Text of every flag, from files and the environment too; undefined where it is known at run time only. */
  readonly values: ReadonlyMap<string, string | undefined>;
  readonly places: ReadonlyMap<string, Path>;
}

/** What one process is given in all: flags of the cluster and its own, and the environment. */
function givenTo({ role, version, path }: Holder, levels: readonly Level[], cluster: unknown): Given {
  const values = new Map<string, string | undefined>();
  const places = new Map<string, Path>();
  if (version === undefined) return { values, places };
  for (const [variable, value] of variablesOf(path, cluster)) {
    const flag = flagOf(variable);
    if (flag !== undefined && acceptsFlag(role, version, flag)) values.set(flag, flagText(value));
  }
  const placed = levels.map(({ path: home, flags }) =>
    Object.fromEntries(
      Object.entries(flags).map(([name, value]) => [name, { value, place: [...home, name] }]),
    ),
  );
  for (const [name, { value, place }] of Object.entries(flagsAt(role, version, ...placed))) {
    values.set(name, flagText(value));
    places.set(name, place);
  }
  return { values, places };
}

function togetherFaults(holder: Holder, levels: readonly Level[], view: View): Fault[] {
  const { role, version } = holder;
  if (version === undefined) return [];
  const { values, places } = givenTo(holder, levels, view.value);
  const faults = flagConflicts(role, values).flatMap(({ name, other, kind, why }): Fault[] => {
    const path = places.get(name);
    if (path === undefined) return [];
    const names = other.filter((one) => acceptsFlag(role, version, one)).slice(0, 1);
    if (names.length === 0) return [];
    return [
      {
        path,
        at: "key",
        message: `--${name} ${kind === "needs" ? "needs" : "cannot stand beside"} --${names.join()}: ${why}`,
        cure: kind === "needs" ? `add ${names.join()}:, or take ${name} out` : "keep one of the two",
      },
    ];
  });
  return [...faults, ...variableFaults(holder, version, places, view.value)];
}

/** A flag in the environment and on the command line is fatal until 1.0.1, and later the variable is ignored. */
function variableFaults(
  { role, path }: Holder,
  version: string,
  places: ReadonlyMap<string, Path>,
  cluster: unknown,
): Fault[] {
  const flags = new Set([...places.keys()].map((name) => canonicalFlag(role, version, name)));
  return variablesOf(path, cluster).flatMap(([variable]): Fault[] => {
    const flag = flagOf(variable);
    if (flag === undefined || !acceptsFlag(role, version, flag)) return [];
    const place = { path: [...path, "env", variable], at: "key" } as const;
    const reserved = Object.hasOwn(RESERVED[role], flag) ? RESERVED[role][flag] : undefined;
    if (reserved !== undefined) {
      return [
        {
          ...place,
          message: `${show(variable)} is the flag --${flag}, which mesos-matrix itself sets`,
          cure: reserved,
        },
      ];
    }
    if (!flags.has(canonicalFlag(role, version, flag))) return [];
    const message = `${show(variable)} is the flag --${flag}, which ${takerName({ role, version })} are given by flags: too`;
    return [{ ...place, message, cure: "keep the one under flags:" }];
  });
}

/** Masters that demand what agents do not send: the agents start, and are never registered. */
function credentialFaults(
  holders: readonly Holder[],
  common: Level,
  own: readonly Level[],
  view: View,
): Fault[] {
  const given = holders.map((holder, i) => givenTo(holder, [common, ...own.slice(i, i + 1)], view.value));
  const masters = given[0];
  const demand = masters === undefined ? undefined : agentsMustAuthenticate(masters.values);
  const path = demand === undefined ? undefined : masters?.places.get(demand);
  if (demand === undefined || path === undefined) return [];
  const without = holders.flatMap(({ role, version, path: [, i] }, at) =>
    role === "agent" && version !== undefined && given[at]?.values.has("credential") === false
      ? [`agents[${i ?? 0}]`]
      : [],
  );
  if (without.length === 0) return [];
  const message = `--${demand} lets no agent register that has no --credential, and ${oneOf(without.slice(0, 4))} has none`;
  return [{ path, at: "key", message, cure: "add credential: to the flags of the agents" }];
}

function variablesOf(path: Path, cluster: unknown): [string, unknown][] {
  const env = valueAt(cluster, [...path, "env"]);
  return isMapping(env) ? Object.entries(env) : [];
}

/** Mesos reads MESOS_<NAME> in any case (stout flags.hpp). */
function flagOf(variable: string): string | undefined {
  return /^MESOS_(?:NO-)?(.+)$/.exec(variable)?.[1]?.toLowerCase();
}
