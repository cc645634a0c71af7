import { RESERVED } from "../../config/flag-names";
import { everyEnvRule } from "../../mesos/env-rules";
import { flagFileForm, flagFileIsSecret } from "../../mesos/flag-files";
import { flagBuildOption, flagStanding } from "../../mesos/flag-history";
import { flagValueFault } from "../../mesos/flag-values";
import { everyFlagName, flagRow, flagType, type FlagRow, type MesosRole } from "../../mesos/flags";
import { allVersions, inRange } from "../../mesos/versions";
import { rangeText } from "./ranges";
import type { Fact, Subject, Topic } from "./topic";

const sources: Readonly<Record<MesosRole, string>> = {
  master: "apache/mesos src/master/flags.cpp, src/master/main.cpp",
  agent: "apache/mesos src/slave/flags.cpp, src/slave/main.cpp",
};
const libprocess = "apache/mesos 3rdparty/libprocess/src/process.cpp, docs/ssl.md";

/** Flags of masters and agents: `zk_session_timeout`, `--no-quiet`, `MESOS_ISOLATION`. */
export const flagSubject: Subject = {
  kind: "flag",
  find(word) {
    const bare = word
      .replace(/^-+/, "")
      .replace(/=.*$/s, "")
      .replace(/^MESOS_/i, "")
      .toLowerCase();
    const known = (name: string): boolean => roles.some((role) => flagRow(role, name) !== undefined);
    const positive = bare.replace(/^no-/, "");
    return known(bare) ? flagTopic(bare) : known(positive) ? flagTopic(positive) : undefined;
  },
  names: () => [...new Set(roles.flatMap(everyFlagName))],
};

/** Variables of the environment that are flags of no process of Mesos' own: `LIBPROCESS_IP`, `LIBPROCESS_SSL_ENABLED`. */
export const variableSubject: Subject = {
  kind: "variable",
  find(word) {
    const [, prefix = "", rest = ""] = /^((?:LIBPROCESS_)?SSL|LIBPROCESS)_(\w+)$/i.exec(word) ?? [];
    const ssl = /SSL$/i.test(prefix);
    const row = rest === "" ? undefined : flagRow(ssl ? "ssl" : "libprocess", rest.toLowerCase());
    if (row === undefined) return undefined;
    const name = `${ssl ? "LIBPROCESS_SSL" : "LIBPROCESS"}_${rest.toUpperCase()}`;
    const facts: Fact[] = [
      {
        label: "read",
        text: `${rangeText(row.ranges)} by masters, agents and schedulers`,
        source: libprocess,
      },
      { label: "type", text: changesOf(row.type) },
      ...(row.default === undefined ? [] : [{ label: "default", text: changesOf(row.default) }]),
      { label: "write", text: `env: { ${name}: ... } below masters: or in a group of agents` },
      ...(ssl
        ? everyEnvRule()
            .filter(({ fact }) => fact.startsWith("TLS"))
            .map(({ fact, range, source }) => ({ label: rangeText([range]), text: fact, source }))
        : []),
    ];
    return { kind: "variable", name, title: "a variable that libprocess reads from the environment", facts };
  },
  names: () => [],
};

const roles = ["master", "agent"] as const;
const NEWEST = "master";

function flagTopic(name: string): Topic {
  const rows = roles.flatMap((role) => {
    const row = flagRow(role, name);
    return row === undefined ? [] : [{ role, row }];
  });
  const whose = rows.map(({ role }) => `${role}s`).join(" and ");
  return {
    kind: "flag",
    name,
    title: `a flag of ${whose}: --${name}, in the environment MESOS_${name.toUpperCase()}`,
    facts: [...rows.flatMap(({ role, row }) => roleFacts(role, name, row)), ...howToWrite(name)],
  };
}

function roleFacts(role: MesosRole, name: string, row: FlagRow): Fact[] {
  const source = sources[role];
  const label = `${role}s`;
  const alias = row.aliasRanges ?? [];
  const newer = row.aliasOf === undefined ? "" : ` as a deprecated name of ${row.aliasOf}`;
  const own = row.ranges.length === 0 ? [] : [{ label, text: rangeText(row.ranges), source }];
  const also = alias.length === 0 ? [] : [{ label, text: `${rangeText(alias)}${newer}`, source }];
  const older = Object.entries(row.aliases ?? {}).map(([old, ranges]) => ({
    label: "old name",
    text: `${old}, ${rangeText(ranges)} for ${role}s; both together end the process`,
    source,
  }));
  const standing = flagStanding(role, NEWEST, name);
  const renamed =
    standing.kind === "renamed" && alias.length === 0
      ? [{ label: "new name", text: `${standing.to} for ${role}s`, source }]
      : [];
  const last = row.ranges.at(-1)?.[1] ?? alias.at(-1)?.[1] ?? NEWEST;
  const option = flagBuildOption(role, last, name);
  const required = row.required ?? [];
  return [
    ...own,
    ...also,
    ...older,
    ...renamed,
    { label: "type", text: `${changesOf(row.type)}${exampleOf(role, last, name)}` },
    ...(row.default === undefined ? [] : [{ label: "default", text: changesOf(row.default) }]),
    ...(required.length === 0 ? [] : [{ label: "required", text: `${rangeText(required)} by ${role}s` }]),
    ...(option === undefined ? [] : [{ label: "needs", text: `a Mesos configured with ${option}` }]),
    ...reservedFact(role, name),
  ];
}

function reservedFact(role: MesosRole, name: string): Fact[] {
  const cure = Object.hasOwn(RESERVED[role], name) ? RESERVED[role][name] : undefined;
  return cure === undefined ? [] : [{ label: `${role}s`, text: `mesos-matrix sets it itself: ${cure}` }];
}

function howToWrite(name: string): Fact[] {
  const having = roles.filter((role) => flagRow(role, name) !== undefined);
  const free = having.filter((role) => !Object.hasOwn(RESERVED[role], name));
  if (free.length === 0 || name === "version" || name === "help") return envFacts(name);
  const place =
    free.length === 2 ? "for everyone" : free[0] === "master" ? "below masters:" : "in a group of agents";
  const tag = allVersions().findLast(({ tag: one }) =>
    having.some((role) => flagType(role, one, name) !== undefined),
  );
  const role = free[0] ?? "master";
  const asFile = tag === undefined ? undefined : flagFileForm(role, tag.tag, name);
  const secret = flagFileIsSecret(name) ? ", kept as a secret" : "";
  return [
    { label: "write", text: `flags: { ${name}: ... } ${place}` },
    ...(asFile === undefined
      ? []
      : [{ label: "", text: `or { file: PATH } with a file of this machine, which is uploaded${secret}` }]),
    ...envFacts(name),
  ];
}

/** What the environment does with names that look like flags and are fatal there. */
function envFacts(name: string): Fact[] {
  if (name !== "version" && name !== "help" && name !== "registry_strict") return [];
  return everyEnvRule()
    .filter(({ fact }) => fact.startsWith(name === "registry_strict" ? name : "version"))
    .map(({ fact, source }) => ({ label: "careful", text: fact, source }));
}

function exampleOf(role: MesosRole, version: string, name: string): string {
  const type = flagType(role, version, name);
  const example = type === undefined ? undefined : flagValueFault(type, "?")?.example;
  return example === undefined ? "" : `, such as ${example}`;
}

/** A part of a row that may have changed: `string, from 0.22.0-rc1 path`. */
function changesOf(part: unknown): string {
  if (!Array.isArray(part)) return plain(part);
  return (part as [string, unknown][])
    .map(([from, value], i) => `${i === 0 ? "" : `from ${from} `}${plain(value)}`)
    .join(", ");
}

function plain(value: unknown): string {
  return typeof value === "string" ? value : value === null ? "none" : JSON.stringify(value);
}

/** The flags that came with a version or are gone from it, against an older one, under the names of `role`. */
export function flagChanges(
  role: MesosRole,
  older: string,
  version: string,
): { added: string[]; gone: string[] } {
  const has = (tag: string, name: string): boolean =>
    [...(flagRow(role, name)?.ranges ?? [])].some((range) => inRange(tag, range));
  const names = everyFlagName(role);
  return {
    added: names.filter((name) => has(version, name) && !has(older, name)),
    gone: names.filter((name) => has(older, name) && !has(version, name)),
  };
}
