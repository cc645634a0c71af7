import { majorityOf } from "../../mesos/majority";
import type { DangerId } from "../../mesos/dangers";
import { endpointsLost } from "../../mesos/endpoints";
import { downgradesBetween, fromOneMaster, type UpgradeRule, upgradesBetween } from "../../mesos/upgrades";
import { findVersion } from "../../mesos/versions";
import type { Owner } from "./owners";
import type { Consequence, Effect } from "./types";
import { count, list } from "./wording";

/** What becomes of leadership, the registry and clients when masters change. */
export function effectOnMasters(owner: Owner): Effect {
  if (owner.before.length === 0) return { consequences: [], dangers: [] };
  const effects = [leadership(owner), registry(owner), version(owner)];
  return {
    consequences: effects.flatMap(({ consequences }) => consequences),
    dangers: effects.flatMap(({ dangers }) => dangers),
  };
}

function leadership({ after, replaced, deleted, created }: Owner): Effect {
  const consequences: Consequence[] = [];
  const dangers: DangerId[] = [];
  const is = majorityOf(after.length);
  if (replaced.length > 0) {
    const staying = after.length - replaced.length - created.length;
    const enough = staying >= is;
    consequences.push({
      about: "quorum",
      text: enough
        ? `${list(replaced)} made again while ${count(staying, "master")} of quorum ${is} stay: at most a new election`
        : `${count(replaced.length, "master")} made again at the same time: no leading master until ${is} of them are back`,
    });
    if (!enough) dangers.push("quorum-loss");
    consequences.push(
      {
        about: "tasks",
        text: "running tasks go on; agents register with the new leading master by themselves",
      },
      { about: "frameworks", text: "schedulers are disconnected and must follow the new leading master" },
      { about: "endpoints", text: `new ports at 127.0.0.1 for ${list(replaced)}; addresses stay` },
    );
  }
  if (deleted.length > 0 && replaced.length === 0) {
    consequences.push({
      about: "quorum",
      text: `${list(deleted)} leave: a new election, should one of them lead`,
    });
  }
  return { consequences, dangers };
}

function registry({ before, after, emptied, deleted, replaced }: Owner): Effect {
  const kept = before.length - deleted.length - emptied.length;
  const is = majorityOf(after.length);
  if (kept > 0 && before.length === 1 && after.length > 1) {
    return danger(`${fromOneMaster.fact} (${fromOneMaster.source})`);
  }
  // Whatever a majority had accepted must be known to one of those that stay, and they must be a quorum now.
  if (kept + majorityOf(before.length) <= before.length || kept < is) {
    return danger(`only ${count(kept, "master")} of ${before.length} keep their replica of the registry`);
  }
  if (replaced.length === 0) return { consequences: [], dangers: [] };
  return {
    consequences: [{ about: "data", text: "the registry stays: the masters keep their work_dir" }],
    dangers: [],
  };
}

function danger(text: string): Effect {
  return {
    consequences: [{ about: "data", text: `${text}: agents and quotas may be forgotten` }],
    dangers: ["registry-loss"],
  };
}

function version({ versions }: Owner): Effect {
  const { before, after } = versions;
  if (before === undefined || after === undefined || before === after || !known(before) || !known(after)) {
    return { consequences: [], dangers: [] };
  }
  const back = downgradesBetween(before, after);
  return {
    consequences: [
      ...lost("master", before, after),
      ...upgradesBetween(before, after)
        .filter(({ concerns }) => concerns !== "agents")
        .map(({ to, concerns, fact, source }): Consequence => ({
          about: abouts[concerns],
          text: `from ${to} on, ${fact} (${source})`,
        })),
      ...back.map(({ from, fact, source }): Consequence => ({
        about: "data",
        text: `a step back over ${from}: ${fact} (${source})`,
      })),
    ],
    dangers: back.length > 0 ? ["downgrade-refused"] : [],
  };
}

const abouts: Readonly<Record<UpgradeRule["concerns"], Consequence["about"]>> = {
  masters: "order",
  agents: "order",
  frameworks: "frameworks",
  clients: "endpoints",
  order: "order",
};

/** Endpoints that are gone after a change of version, in one sentence. */
export function lost(role: "master" | "agent", before: string, after: string): Consequence[] {
  const paths = endpointsLost(role, before, after);
  if (paths.length === 0) return [];
  const text = `${list(paths, 20)} ${paths.length === 1 ? "is" : "are"} gone from ${role}s`;
  return [{ about: "endpoints", text }];
}

/** Builds of commits are in no table. */
export function known(version: string): boolean {
  return findVersion(version) !== undefined;
}
