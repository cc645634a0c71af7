import { isObject, type Json, type JsonObject } from "../wire/json";
import type { AppDefinition } from "./definition";
import { finishDeployments } from "./deployments";
import { healthChecked, type HealthEvent } from "./health-result";
import { offered, type Offer } from "./launch";
import type { Chance, Deployment, Effect, MarathonState, Task } from "./model";
import { Step } from "./model";
import { nextScaling, scale } from "./scaling";
import { updated, type StatusUpdate } from "./updates";

/** What happens to a leading Marathon. */
export type MarathonEvent =
  | { readonly kind: "subscribed"; readonly frameworkId: string }
  | { readonly kind: "disconnected" }
  | { readonly kind: "offers"; readonly offers: readonly Offer[] }
  | { readonly kind: "update"; readonly status: StatusUpdate }
  | { readonly kind: "error"; readonly message: string }
  | { readonly kind: "health"; readonly result: HealthEvent }
  /** The API changed something: see what follows from it. */
  | { readonly kind: "changed" }
  | { readonly kind: "tick" };

/** Takes Marathon one step on: changes `state`, answers what is to be done. */
export function advanceMarathon(
  state: MarathonState,
  event: MarathonEvent,
  now: number,
  chance: Chance,
): readonly Effect[] {
  const step = new Step(state, now, chance);
  happen(step, event);
  scale(step);
  reconcile(step);
  finishDeployments(step);
  return step.effects;
}

/** When the machine wants its next tick, in ms since 1970; undefined while nothing is due. */
export function nextMarathonDue(state: MarathonState): number | undefined {
  const times = [state.reconcileAt, ...nextScaling(state)].filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** What an earlier leader kept, by key; definitions come with all of their versions. */
export function recoverMarathon(state: MarathonState, kept: ReadonlyMap<string, JsonObject>): void {
  for (const [key, value] of kept) {
    const [, kind, id = ""] = /^(\w+):(.*)$/s.exec(key) ?? [];
    switch (kind) {
      case "framework":
        state.frameworkId = typeof value.id === "string" ? value.id : undefined;
        break;
      case "app": {
        const versions = (value.versions ?? []) as unknown as AppDefinition[];
        const definition = versions.at(-1);
        if (definition !== undefined)
          state.apps.set(id, { definition, versions, delay: undefined, lastFailure: undefined });
        break;
      }
      case "group":
        state.groups.add(id);
        break;
      case "task":
        state.tasks.set(id, { ...(value as unknown as Task), health: [], killAt: undefined });
        break;
      case "deployment":
        state.deployments.set(id, value as unknown as Deployment);
        break;
      case undefined:
        break;
    }
  }
}

/** Reads one event of the scheduler API; undefined for those of which Marathon does nothing. */
export function readSchedulerEvent(event: Json): MarathonEvent | undefined {
  if (!isObject(event)) return undefined;
  const type = typeof event.type === "string" ? event.type : "";
  switch (type) {
    case "SUBSCRIBED": {
      const { framework_id: id } = isObject(event.subscribed) ? event.subscribed : {};
      const value = isObject(id) ? id.value : undefined;
      return typeof value === "string" ? { kind: "subscribed", frameworkId: value } : undefined;
    }
    case "OFFERS": {
      const { offers } = isObject(event.offers) ? event.offers : {};
      return { kind: "offers", offers: (offers ?? []) as unknown as Offer[] };
    }
    case "UPDATE": {
      const { status } = isObject(event.update) ? event.update : {};
      return { kind: "update", status: status as unknown as StatusUpdate };
    }
    case "ERROR": {
      const { message } = isObject(event.error) ? event.error : {};
      return { kind: "error", message: typeof message === "string" ? message : "unknown" };
    }
    default:
      return undefined;
  }
}

function happen(step: Step, event: MarathonEvent): void {
  const { state } = step;
  switch (event.kind) {
    case "subscribed": {
      subscribed(step, event.frameworkId);
      return;
    }
    case "disconnected": {
      if (state.registered) step.publish("scheduler_disconnected_event", {});
      state.registered = false;
      return;
    }
    case "offers": {
      offered(step, event.offers);
      return;
    }
    case "update": {
      updated(step, event.status);
      return;
    }
    case "error": {
      step.log(`Error from the master: ${event.message}`);
      if (/removed|completed/i.test(event.message))
        step.effects.push({ kind: "removed", why: event.message });
      return;
    }
    case "health": {
      healthChecked(step, event.result);
      return;
    }
    case "changed":
    case "tick":
      return;
  }
}

function subscribed(step: Step, frameworkId: string): void {
  const { state } = step;
  const again = state.frameworkId !== undefined;
  if (again && state.frameworkId !== frameworkId) step.log(`The master gave another framework id`);
  state.frameworkId = frameworkId;
  state.registered = true;
  state.declined = false;
  state.reconcileAt = step.now;
  step.effects.push({ kind: "save", key: "framework:", value: { id: frameworkId } });
  step.log(`${again ? "Reregistered" : "Registered"} as framework ${frameworkId}`);
  step.publish(again ? "scheduler_reregistered_event" : "scheduler_registered_event", {
    frameworkId,
    master: state.config.master,
  });
}

/** Asks the master for the state of every task: those that it does not know come back as lost. */
function reconcile(step: Step): void {
  const { state } = step;
  if (!state.registered || state.reconcileAt === undefined || state.reconcileAt > step.now) return;
  state.reconcileAt = step.now + state.config.reconciliationIntervalMs;
  if (state.tasks.size === 0) return;
  step.call({
    type: "RECONCILE",
    reconcile: {
      tasks: [...state.tasks.values()].map((task) => ({
        task_id: { value: task.id },
        agent_id: { value: task.agentId },
      })),
    },
  });
}
