import type { AppPlan, ClusterPlan } from "../types";
import { same } from "./same";
import type { Change, Consequence, Operation, Reason, ResourceOperation } from "./types";

/** Name of the resource that gives an app to Marathon. */
export function appResource({ key }: Pick<AppPlan, "key">): string {
  return `${key}-applied`;
}

/** What happens to an app of both plans; what it is told of hosts and Marathons counts too. */
export function appOperation(
  before: ClusterPlan,
  after: ClusterPlan,
  old: AppPlan,
  now: AppPlan,
): Operation | undefined {
  if (old.id !== now.id || old.kind !== now.kind) return "replace";
  return same(old, now) && same(toldOf(before), toldOf(after)) ? undefined : "update";
}

/** Apps that are given to Marathon, given otherwise, or taken from it. */
export function appChanges(
  before: ClusterPlan,
  after: ClusterPlan,
  operations: readonly ResourceOperation[],
): Change[] {
  const keys = [
    ...after.apps,
    ...before.apps.filter(({ key }) => after.apps.every((app) => app.key !== key)),
  ];
  return keys.flatMap((app): Change[] => {
    const touched = operations.filter(({ kind, key }) => kind === "app" && key === appResource(app));
    if (touched.length === 0) return [];
    const old = before.apps.find(({ key }) => key === app.key);
    const i = after.apps.findIndex(({ key }) => key === app.key);
    const place = i < 0 ? "apps" : `apps[${i}]`;
    const now = after.apps[i];
    return [
      {
        subject: `app ${app.id}`,
        reasons: reasonsOf(old, now, place),
        touched,
        consequences: consequencesOf(old, now),
        dangers: [],
      },
    ];
  });
}

function reasonsOf(old: AppPlan | undefined, now: AppPlan | undefined, place: string): Reason[] {
  if (old === undefined) return [{ what: `the ${now?.kind ?? "app"} ${now?.id ?? ""}`, key: place }];
  if (now === undefined) return [{ what: `the ${old.kind} ${old.id} is gone`, key: place }];
  const names = new Set([...Object.keys(old.definition), ...Object.keys(now.definition)]);
  const differing = [...names].filter((name) => !same(old.definition[name], now.definition[name])).sort();
  const deadline =
    old.timeoutSeconds === now.timeoutSeconds
      ? []
      : [{ what: `deadline ${old.timeoutSeconds} s -> ${now.timeoutSeconds} s`, key: "appsTimeout" }];
  const reasons = differing.map((name) => ({
    what: `${name} ${shown(old.definition[name])} -> ${shown(now.definition[name])}`,
    key: `${place}.${name}`,
  }));
  const all = [...reasons, ...deadline];
  return all.length > 0 ? all : [{ what: "where its Marathons are", key: "marathon" }];
}

function consequencesOf(old: AppPlan | undefined, now: AppPlan | undefined): Consequence[] {
  if (old === undefined) return [];
  if (now === undefined) return [{ about: "tasks", text: `Marathon ends the tasks of ${old.id}` }];
  const names = new Set([...Object.keys(old.definition), ...Object.keys(now.definition)]);
  const differing = [...names].filter((name) => !same(old.definition[name], now.definition[name]));
  if (differing.length === 0) return [];
  const scaled = differing.every((name) => name === "instances");
  return [
    {
      about: "tasks",
      text: scaled
        ? `Marathon starts or ends tasks of ${now.id} until their number is right; the others run on`
        : `Marathon replaces the tasks of ${now.id}, within its upgradeStrategy`,
    },
  ];
}

/** A value of Marathon's JSON on one line, not too long. */
function shown(value: unknown): string {
  if (value === undefined) return "none";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}

function toldOf({ hosts, readiness }: ClusterPlan): unknown {
  return [hosts, readiness.nodes.filter(({ role }) => role === "marathon")];
}
