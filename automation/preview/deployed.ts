import type { Deployment } from "@pulumi/pulumi/automation";
import { same } from "../../plan/changes/same";
import { logicalName } from "../../plan/logical-names";
import type { ClusterPlan, ContainerPlan } from "../../plan/types";
import { planIn } from "../deployed";
import { idOf, isComponent, kindOf, nameOf } from "./resource-ids";

/** What a stack's state says of the cluster that was applied last. */
export interface Deployed {
  /** The plan that was applied, without what the state does not hold; undefined: the state keeps none. */
  readonly plan: ClusterPlan | undefined;
  /** Resources (`container agent-1`) of which the state says something else than that plan. */
  readonly unknown: readonly string[];
  /** Why not all is known, in words; empty when it is. */
  readonly doubts: readonly string[];
}

interface StateResource {
  readonly type: string;
  readonly urn: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: { readonly plan?: ClusterPlan };
}

interface State {
  readonly resources?: readonly StateResource[];
  readonly pending_operations?: readonly unknown[];
}

/** The form of plans that this release can read. */
const knownSchema = 1;

/** Reads the plan in an exported state, and holds it against the resources that the state knows. */
export function deployedOf(exported: Deployment): Deployed {
  const state = (exported.deployment ?? {}) as State;
  const resources = (state.resources ?? []).filter(({ type }) => !isComponent(type));
  const known = new Map(resources.map((found) => [idOf(found.type, nameOf(found.urn)), found]));
  const plan = planIn(state.resources ?? []);
  const pending = state.pending_operations ?? [];
  const cutOff =
    pending.length > 0 ? [`an update was cut off in the middle of ${pending.length} operations`] : [];
  if (plan?.schema !== knownSchema) {
    const why =
      plan === undefined
        ? "the stack keeps no plan: its first `up` did not end, or an older release made it"
        : "the stack keeps a plan that another release wrote";
    return { plan: undefined, unknown: [...known.keys()].sort(), doubts: [why, ...cutOff] };
  }
  const id = (kind: string, thing: { readonly key: string; readonly host: string }): string =>
    `${kind} ${logicalName(plan, thing)}`;
  const has =
    (kind: string) =>
    (thing: { readonly key: string; readonly host: string }): boolean =>
      known.has(id(kind, thing));
  const containers = plan.containers.filter(has("container"));
  const volumes = plan.volumes.filter(has("volume"));
  const planned = new Set([
    ...plan.containers.map((container) => id("container", container)),
    ...plan.volumes.map((volume) => id("volume", volume)),
  ]);
  const inputsOf = (of: string): Readonly<Record<string, unknown>> => known.get(of)?.inputs ?? {};
  const differing = [
    ...containers
      .filter((container) => !agrees(container, inputsOf(id("container", container))))
      .map((container) => id("container", container)),
    ...volumes
      .filter((volume) => inputsOf(id("volume", volume)).name !== volume.name)
      .map((volume) => id("volume", volume)),
  ];
  const unplanned = resources
    .map(({ type, urn }) => ({ type, name: nameOf(urn) }))
    .filter(({ type, name }) => ["container", "volume"].includes(kindOf(type, name) ?? ""))
    .map(({ type, name }) => idOf(type, name))
    .filter((id) => !planned.has(id));
  const absent = [...planned].filter((id) => !known.has(id));
  const unknown = [...differing, ...unplanned].sort();
  const odd = [...unknown, ...absent].sort();
  const notEnded = `the last \`up\` did not end: the state differs from its plan in ${odd.join(", ")}`;
  return {
    plan: { ...plan, containers, volumes },
    unknown,
    doubts: [...cutOff, ...(odd.length === 0 ? [] : [notEnded])],
  };
}

/** Whether the state's container is the planned one, as far as both say the same things in clear text. */
function agrees(plan: ContainerPlan, inputs: Readonly<Record<string, unknown>>): boolean {
  const env = Object.entries(plan.env).map(([name, value]) => `${name}=${value}`);
  return (
    inputs.image === plan.image &&
    same(inputs.command ?? [], plan.argv) &&
    same([...((inputs.envs ?? []) as string[])].sort(), env.sort())
  );
}
