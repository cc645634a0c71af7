import type { MesosRole } from "./flags";

/** Values of the flags that one process gets, by name; undefined as a value: given, but known at run time only. */
export type GivenFlags = ReadonlyMap<string, string | undefined>;

/** A flag that does not work without another, or not with it. */
export interface FlagConflict {
  /** The flag that was given, under the name that was given. */
  readonly name: string;
  /** Names of the flag that is missing (newest first), or of the one that must not stand beside it. */
  readonly other: readonly string[];
  readonly kind: "needs" | "excludes";
  /** What happens otherwise: `the master exits`. */
  readonly why: string;
}

interface Row {
  readonly role: MesosRole;
  readonly names: readonly string[];
  /** Whether the row is about a boolean that must be on. */
  readonly on: boolean;
  readonly kind: FlagConflict["kind"];
  readonly other: readonly string[];
  /** An authenticator that is the default of this flag; another one may do without. */
  readonly default?: { readonly names: readonly string[]; readonly value: string };
  readonly why: string;
}

const http = ["authenticate_http_readwrite", "authenticate_http_readonly", "authenticate_http"];
const basic = { names: ["http_authenticators"], value: "basic" };
const crammd5 = { names: ["authenticators"], value: "crammd5" };

/**
 * Source: src/master/master.cpp and src/slave/slave.cpp (initialize), src/common/http.cpp (initializeHttpAuthenticators),
 * src/{master,slave}/main.cpp (modules); docs/authentication.md.
 */
const rows: readonly Row[] = [
  {
    role: "master",
    names: ["authenticate_frameworks", "authenticate", "authenticate_agents", "authenticate_slaves"],
    on: true,
    kind: "needs",
    other: ["credentials"],
    default: crammd5,
    why: "without them the master exits, or knows nobody and refuses everybody",
  },
  {
    role: "master",
    names: ["authenticate_http_frameworks"],
    on: true,
    kind: "needs",
    other: ["http_framework_authenticators"],
    why: "the master exits without it",
  },
  {
    role: "master",
    names: ["authenticate_http_frameworks"],
    on: true,
    kind: "needs",
    other: ["credentials"],
    default: { names: ["http_framework_authenticators"], value: "basic" },
    why: "the basic authenticator makes the master exit without them",
  },
  {
    role: "master",
    names: http,
    on: true,
    kind: "needs",
    other: ["credentials"],
    default: basic,
    why: "the basic authenticator makes the master exit without them",
  },
  {
    role: "agent",
    names: http,
    on: true,
    kind: "needs",
    other: ["http_credentials"],
    default: basic,
    why: "the basic authenticator makes the agent exit without them",
  },
  {
    role: "agent",
    names: ["authenticate_http_executors"],
    on: true,
    kind: "needs",
    other: ["jwt_secret_key", "executor_secret_key"],
    why: "the agent exits without a key to sign the executors' tokens",
  },
  ...(["master", "agent"] as const).map((role): Row => ({
    role,
    names: ["modules"],
    on: false,
    kind: "excludes",
    other: ["modules_dir"],
    why: `the ${role} exits when it is given both`,
  })),
];

/** Masters' flags after which an agent without `credential` is never registered. Source: docs/authentication.md. */
const WANT_AGENT_CREDENTIAL = ["authenticate_agents", "authenticate_slaves"];

/** What the flags of one process lack, or have too much. */
export function flagConflicts(role: MesosRole, given: GivenFlags): FlagConflict[] {
  return rows
    .filter((row) => row.role === role)
    .flatMap((row) => {
      const there = row.other.some((name) => given.has(name));
      if (there === (row.kind === "needs") || usesAnother(row, given)) return [];
      return row.names
        .filter((name) => given.has(name) && (!row.on || isOn(given.get(name))))
        .map((name) => ({ name, other: row.other, kind: row.kind, why: row.why }));
    });
}

/** The flag by which masters demand that agents authenticate, if it is on. */
export function agentsMustAuthenticate(masters: GivenFlags): string | undefined {
  return WANT_AGENT_CREDENTIAL.find((name) => masters.has(name) && isOn(masters.get(name)));
}

function usesAnother({ default: standard }: Row, given: GivenFlags): boolean {
  if (standard === undefined) return false;
  return standard.names.some(
    (name) => given.has(name) && given.get(name)?.split(",").includes(standard.value) !== true,
  );
}

function isOn(text: string | undefined): boolean {
  return text === "true" || text === "1" || text === "";
}
