import type { ClusterPlan, Role } from "../types";
import { effectOnAgents } from "./agents";
import { appChanges } from "./apps";
import { effectOnMasters } from "./masters";
import { operationsBetween } from "./operations";
import { effectOnService } from "./services";
import { ownersOf, type Owner } from "./owners";
import { reasonsOf } from "./reasons";
import { same } from "./same";
import { stepsOf } from "./steps";
import type { Change, Consequence, Effect, PlanChanges, Reason, ResourceOperation } from "./types";
import { effectOnZookeeper } from "./zookeeper";

/** What it means to turn the cluster of one plan into that of the other. Equal plans give nothing. */
export function changesBetween(before: ClusterPlan, after: ClusterPlan): PlanChanges {
  const operations = operationsBetween(before, after);
  const owners = ownersOf(before, after, operations);
  const changes = shared(
    owners,
    owners.flatMap((owner) => changeOf(owner, operations)),
  );
  return {
    changes: [
      ...networkChange(before, after, operations),
      ...changes,
      ...readinessChange(before, after, operations),
      ...appChanges(before, after, operations),
    ],
    steps: stepsOf(after, operations),
    operations,
  };
}

/** A plan in which nothing is there yet, to compare a first one with. */
export function emptyPlan(plan: ClusterPlan): ClusterPlan {
  return {
    ...plan,
    network: undefined,
    volumes: [],
    containers: [],
    readiness: { ...plan.readiness, nodes: [] },
    apps: [],
  };
}

const effects: Readonly<Record<Role, (owner: Owner) => Effect>> = {
  zookeeper: effectOnZookeeper,
  master: effectOnMasters,
  agent: effectOnAgents,
  marathon: effectOnService,
  "mesos-dns": effectOnService,
  "load-balancer": effectOnService,
};

function changeOf(owner: Owner, operations: readonly ResourceOperation[]): Change[] {
  const keys = new Set([...owner.after, ...owner.before].map(({ key }) => key));
  const touched = operations.filter(({ kind, key }) => kind === "container" && keys.has(key));
  if (touched.length === 0) return [];
  return [{ subject: owner.name, reasons: reasonsOf(owner), touched, ...effects[owner.role](owner) }];
}

/** What is the same for the masters and every group of agents stands at `mesos`, or under `flags`, for all of them. */
function shared(owners: readonly Owner[], changes: readonly Change[]): Change[] {
  const everyone = owners.filter(({ role }) => role === "master" || role === "agent").map(({ name }) => name);
  const all = changes.filter(({ subject }) => everyone.includes(subject));
  if (all.length < everyone.length || everyone.length < 2) return [...changes];
  const common = ({ subject, reasons }: Change): Reason[] =>
    reasons.map((reason) => {
      const key = reason.key.startsWith(`${subject}.`) ? reason.key.slice(subject.length + 1) : "";
      if (!/^(?:version|image|flags\..*)$/.test(key)) return reason;
      const everywhere = all.every((other) =>
        other.reasons.some(
          ({ what, key: theirs }) => what === reason.what && theirs === `${other.subject}.${key}`,
        ),
      );
      if (!everywhere) return reason;
      return { ...reason, key: key.startsWith("flags.") ? key : `mesos.${key}` };
    });
  return changes.map((change) => ({ ...change, reasons: common(change) }));
}

function networkChange(
  before: ClusterPlan,
  after: ClusterPlan,
  operations: readonly ResourceOperation[],
): Change[] {
  const network = operations.find(({ kind }) => kind === "network");
  if (network === undefined) return [];
  const [was, is] = [before.network?.subnet ?? "none", after.network?.subnet ?? "none"];
  const reasons: Reason[] = [
    ...(was === is ? [] : [{ what: `subnet ${was} -> ${is}`, key: "the cluster's network" }]),
    ...(same(before.labels, after.labels)
      ? []
      : [{ what: "labels of everything in the cluster", key: "mesos-matrix:run, ttl" }]),
  ];
  const consequences: Consequence[] =
    network.operation === "create"
      ? []
      : [{ about: "endpoints", text: "the network and every container on it are made again" }];
  return [{ subject: "network", reasons, touched: [], consequences, dangers: [] }];
}

/** A deadline, or a version that is only asked for: nothing that runs is touched. */
function readinessChange(
  before: ClusterPlan,
  after: ClusterPlan,
  operations: readonly ResourceOperation[],
): Change[] {
  if (!operations.some(({ kind, operation }) => kind === "readiness" && operation === "update")) return [];
  const [was, is] = [before.readiness.timeoutSeconds, after.readiness.timeoutSeconds];
  const reasons =
    was === is
      ? [{ what: "what is proven before the cluster counts as ready", key: "mesos-matrix itself" }]
      : [{ what: `deadline ${was} s -> ${is} s`, key: "readyTimeout" }];
  return [{ subject: "readiness", reasons, touched: [], consequences: [], dangers: [] }];
}
