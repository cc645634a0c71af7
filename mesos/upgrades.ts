import { atLeast, findVersion } from "./versions";
import type { Fact } from "./fact";

/** What must be done, or known, when a cluster crosses from before `to` to it or a later version. */
export interface UpgradeRule extends Fact {
  /** The release whose first candidate begins the new behaviour. */
  readonly to: string;
  /** Who has to act: `order` concerns the sequence of the steps. */
  readonly concerns: "masters" | "agents" | "frameworks" | "clients" | "order";
}

const upgrades = "apache/mesos docs/upgrades.md";

const rows: readonly UpgradeRule[] = [
  row(
    "0.22.0",
    "agents",
    "the agent flags checkpoint and cgroups_subsystems are gone: an error as arguments, ignored as environment",
  ),
  row(
    "0.23.0",
    "order",
    "slave_ping_timeout and max_slave_ping_timeouts may be changed only when every agent is 0.23 or newer",
  ),
  row("0.23.0", "clients", "/stats.json is gone: /metrics/snapshot has its numbers"),
  row(
    "0.24.0",
    "order",
    "masters write JSON nodes to ZooKeeper: every agent and framework needs libmesos 0.23 or newer before the first 0.24 master starts",
  ),
  row("0.25.0", "clients", "the *.json endpoints are deprecated"),
  row(
    "0.26.0",
    "masters",
    "Credential.secret is a string again; 0.24.0, 0.24.1 and 0.25.0 wanted base64 in JSON",
  ),
  row("0.27.0", "masters", "roles are implicit: drop the flag roles"),
  row("0.28.0", "masters", "ACL objects of reserve and create became roles"),
  row("1.0.0", "agents", "work_dir must be given"),
  row("1.0.0", "masters", "registry_strict must not be set: the master exits"),
  row(
    "1.0.0",
    "agents",
    "executors no longer inherit the agent's environment: use executor_environment_variables",
  ),
  row("1.0.0", "clients", "/observe is gone; SSL_* became LIBPROCESS_SSL_*"),
  row(
    "1.1.0",
    "order",
    "agents older than 1.0 were never supported beside these masters: bring every agent to 1.0 first",
  ),
  row(
    "1.3.0",
    "masters",
    "the ACLs set_quotas, remove_quotas and shutdown_frameworks are gone: use update_quotas and teardown_frameworks",
  ),
  row("1.5.0", "agents", "reconfiguration_policy needs masters of 1.5 or newer"),
  row("1.5.0", "frameworks", "the built-in executors send TASK_STARTING"),
  row("1.6.0", "agents", "storage resource providers of CSI 0.1 must be removed first"),
  row("1.8.0", "clients", "all *.json endpoints are gone"),
  row("1.8.0", "agents", "agent_features, if set, must hold AGENT_OPERATION_FEEDBACK"),
  row("1.9.0", "agents", "agent_features, if set, must hold AGENT_DRAINING"),
  row("1.10.0", "agents", "agent_features, if set, must hold TASK_RESOURCE_LIMITS and RESOURCE_PROVIDER"),
  row(
    "1.11.0",
    "masters",
    "credentials files must be JSON: the text form is gone",
    "apache/mesos src/credentials/credentials.hpp",
  ),
];

/** What stands against a step back: from a version at or past `from` to one before it. */
export interface DowngradeRule extends Fact {
  readonly from: string;
}

const downgrades: readonly DowngradeRule[] = [
  {
    from: "1.9.0",
    fact: "a master before 1.9 refuses the registry once a quota was set, or an agent drained or deactivated, by 1.9 or newer (QUOTA_V2, AGENT_DRAINING); masters before 1.7.3 do not look",
    source: "apache/mesos docs/downgrades.md, src/master/registrar.cpp",
  },
  {
    from: "1.0.0",
    fact: "nothing is promised for steps back to 0.x; any 1.x goes back to any other while no newer feature is used",
    source: "apache/mesos docs/downgrades.md, docs/versioning.md",
  },
];

/** In which order the parts of a cluster are upgraded. */
export const upgradeOrder: Fact & { readonly steps: readonly string[] } = {
  fact: "masters are upgraded before agents, agents before frameworks, frameworks before executors",
  source: upgrades,
  steps: ["masters", "agents", "frameworks", "executors"],
};

/** From how many masters a grown cluster cannot be reached without losing the registry. */
export const fromOneMaster: Fact = {
  fact: "one master cannot become three while the cluster runs: the replicated log must be wiped",
  source: "apache/mesos docs/operational-guide.md",
};

/** Every rule that is known, in the order of the versions. */
export function upgradeRules(): readonly UpgradeRule[] {
  return rows;
}

/** What lies between two known versions, in order; nothing for a step back. Throws on an unknown version. */
export function upgradesBetween(from: string, to: string): readonly UpgradeRule[] {
  return rows.filter((rule) => !atLeast(from, firstTagOf(rule.to)) && atLeast(to, firstTagOf(rule.to)));
}

/** What stands against the way back between two known versions, newest first; nothing for a step forward. */
export function downgradesBetween(from: string, to: string): readonly DowngradeRule[] {
  return downgrades.filter(
    (rule) => atLeast(from, firstTagOf(rule.from)) && !atLeast(to, firstTagOf(rule.from)),
  );
}

/** Every rule of a step back. */
export function downgradeRules(): readonly DowngradeRule[] {
  return downgrades;
}

/** The first candidate of a release, or the release itself where it had none. */
function firstTagOf(release: string): string {
  return findVersion(`${release}-rc1`) === undefined ? release : `${release}-rc1`;
}

function row(to: string, concerns: UpgradeRule["concerns"], fact: string, source = upgrades): UpgradeRule {
  return { to, concerns, fact, source };
}
