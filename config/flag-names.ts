import { everyFlagName, flagNames, flagRow, type MesosRole } from "../mesos/flags";
import { flagStanding, type FlagStanding } from "../mesos/flag-history";
import { atLeast } from "../mesos/versions";
import type { Finding } from "./fault";
import { nearest } from "./nearest";
import { oneOf, show } from "./wording";

/** Masters, or one group of agents: who gets a flag. */
export interface FlagTaker {
  readonly role: MesosRole;
  /** A known version. */
  readonly version: string;
}

/** Flags that the plan sets, with what to write instead; our other flags are defaults, which a user's flag replaces. */
export const RESERVED: Readonly<Record<MesosRole, Readonly<Record<string, string>>>> = {
  master: {
    ...addressFlags(),
    zk: "take it out: the masters are told where the ZooKeeper servers of zookeeper: are",
    quorum: "take it out: it is the majority of masters: { count: ... }",
    cluster: "write name: instead",
  },
  agent: {
    ...addressFlags(),
    master: "take it out: the agents are told where the ZooKeeper servers of zookeeper: are",
    resources: "write resources: in the group below agents:",
    attributes: "write attributes: in the group below agents:",
  },
};

/** Whether the name can be given to any of the takers at one place, and what is wrong if not. */
export function flagNameFault(
  name: string,
  takers: readonly FlagTaker[],
  roles: readonly MesosRole[],
): Finding | undefined {
  const reserved = roles.map((role) => own(RESERVED[role], name)).find((cure) => cure !== undefined);
  if (reserved !== undefined) return { message: `--${name} is set by mesos-matrix itself`, cure: reserved };
  if (name === "version" || name === "help") {
    const message = `--${name} makes a master or an agent print something and exit`;
    return {
      message,
      cure: name === "version" ? "take it out; a version stands below mesos:" : "take it out",
    };
  }
  const standings = takers.map((taker) => ({
    taker,
    standing: flagStanding(taker.role, taker.version, name),
  }));
  if (standings.some(({ standing }) => standing.kind === "known")) return undefined;
  const renamed = standings.flatMap(({ taker, standing }) =>
    standing.kind === "renamed" ? [{ taker, ...standing }] : [],
  )[0];
  if (renamed !== undefined) return renamedFinding(name, renamed.taker, renamed.to, renamed.isOld);
  const missing = standings.filter(({ standing }) => standing.kind === "absent");
  if (missing.length > 0) return absentFinding(name, missing);
  // Without a version that can be read, all that can be said is whether the name was ever a flag.
  if (takers.length === 0 && roles.some((role) => flagRow(role, name) !== undefined)) return undefined;
  return unknownFinding(name, takers, roles);
}

/** `masters of 1.11.0`. */
export function takerName({ role, version }: FlagTaker): string {
  return `${role}s of ${version}`;
}

/** Since when, or until when, a version nearby has what this one lacks: `it came with 1.5.0-rc1`. */
export function absenceOf({ before, after }: Extract<FlagStanding, { kind: "absent" }>): string {
  if (before === undefined) return `it came with ${after ?? "none"}`;
  if (after === undefined) return `the last version with it is ${before}`;
  return `${before} has it, and then ${after}`;
}

function renamedFinding(name: string, taker: FlagTaker, to: string, isOld: boolean): Finding {
  const relation = isOld ? `the old name of ${to}` : `the later name of ${to}`;
  return {
    message: `${show(name)} is ${relation}, and ${takerName(taker)} want ${to}`,
    cure: `write ${to}; or both names with one value, and every version gets the one that it wants`,
  };
}

function absentFinding(
  name: string,
  missing: readonly { taker: FlagTaker; standing: FlagStanding }[],
): Finding {
  const parts = missing.flatMap(({ taker, standing }) =>
    standing.kind === "absent" ? [{ taker, standing, text: absenceOf(standing) }] : [],
  );
  const verb = (standing: { before: string | undefined; after: string | undefined }): string =>
    standing.before === undefined
      ? "do not have it yet"
      : standing.after === undefined
        ? "no longer have it"
        : "do not have it";
  const told = [
    ...new Set(parts.map(({ taker, standing, text }) => `${takerName(taker)} ${verb(standing)} (${text})`)),
  ];
  const versions = [
    ...new Set(
      parts.flatMap(({ standing }) => [standing.before, standing.after].filter((v) => v !== undefined)),
    ),
  ];
  return {
    message: `--${name} is no flag here: ${told.slice(0, 4).join(", ")}`,
    cure: `take it out, or use a version that has it, such as ${oneOf(versions.slice(0, 4))}`,
  };
}

function unknownFinding(name: string, takers: readonly FlagTaker[], roles: readonly MesosRole[]): Finding {
  const bare = name.replace(/^-+/, "").replace(/^MESOS_/i, "");
  const other: MesosRole = roles[0] === "master" ? "agent" : "master";
  if (roles.length === 1 && flagRow(other, bare) !== undefined) {
    const place = other === "master" ? "flags: below masters:" : "flags: in a group below agents:";
    return {
      message: `${show(name)} is a flag of ${other}s, not of ${roles.join()}s`,
      cure: `write it under ${place}`,
    };
  }
  const variable = [
    ["LIBPROCESS_", flagRow("libprocess", bare.replace(/^libprocess_/i, "").toLowerCase())],
    ["LIBPROCESS_SSL_", flagRow("ssl", bare.replace(/^(?:libprocess_)?ssl_/i, "").toLowerCase())],
  ].find(
    ([prefix, row]) =>
      row !== undefined && bare.toLowerCase().startsWith(prefix === "LIBPROCESS_" ? "libprocess_" : "ssl_"),
  );
  if (variable !== undefined) {
    const old = takers.some(({ version }) => !atLeast(version, "1.0.0-rc1"));
    const wanted = bare.toUpperCase().replace(/^SSL_/, old ? "SSL_" : "LIBPROCESS_SSL_");
    return {
      message: `${show(name)} is no flag of Mesos: libprocess reads it from the environment only`,
      cure: `write it under env:, as ${wanted}`,
    };
  }
  const who = [...new Set(takers.map(takerName))].slice(0, 3);
  const message = `${show(name)} is no flag of ${who.length === 0 ? oneOf(roles.map((role) => `${role}s`)) : oneOf(who)}`;
  return { message: `${message}, nor of any other version`, cure: cureForUnknown(bare, takers, roles) };
}

function cureForUnknown(bare: string, takers: readonly FlagTaker[], roles: readonly MesosRole[]): string {
  const here = [...new Set(takers.flatMap(({ role, version }) => flagNames(role, version)))];
  const positive = bare.replace(/^no[-_]/i, "").toLowerCase();
  if (positive !== bare && here.includes(positive)) return `write ${positive}: false`;
  const near = nearest(bare, here);
  if (near !== undefined) return `did you mean ${near}?`;
  const anywhere = nearest(bare, roles.flatMap(everyFlagName));
  const elsewhere = nearest(bare, everyFlagName(roles[0] === "master" ? "agent" : "master"));
  if (anywhere === undefined && elsewhere !== undefined) {
    return `did you mean ${elsewhere}? It is a flag of ${roles[0] === "master" ? "agents" : "masters"}`;
  }
  return anywhere === undefined
    ? "take it out; Mesos exits when it is given a flag that it does not know"
    : `did you mean ${anywhere}, which other versions have?`;
}

function addressFlags(): Readonly<Record<string, string>> {
  const address = "take it out: every container has an address of its own, which is its hostname too";
  return {
    ip: address,
    hostname: address,
    advertise_ip: address,
    advertise_port: address,
    ip_discovery_command: address,
    port: "take it out: masters listen on 5050 and agents on 5051 at addresses of their own",
    work_dir: "take it out: it is a volume that lives as long as the cluster",
  };
}

function own(table: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
