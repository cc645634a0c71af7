import { driverErrors } from "../../mesos/wire";
import type { JsonObject } from "../wire/json";
import type { SchedulerCall } from "../wire/messages";
import type { DriverMessage } from "./driver-calls";
import { subscribe } from "./frameworks";
import { rolesOf, type Framework, type Step } from "./model";
import { dropOffers, rescind } from "./offers";

/** A call that the sender may make, for the state machine to carry out. */
export interface DriverCall {
  readonly framework: Framework;
  readonly call: SchedulerCall;
}

/**
 * A message of a driver. Registrations are carried out here; a call comes back where it is from the pid that the framework
 * is known by. Source: registerFramework, reregisterFramework, subscribe, receive in src/master/master.cpp.
 */
export function fromDriver(step: Step, from: string, message: DriverMessage): DriverCall | undefined {
  switch (message.kind) {
    case "register": {
      register(step, from, message);
      return undefined;
    }
    case "reregister": {
      reregister(step, from, message);
      return undefined;
    }
    case "deactivate": {
      const framework = expected(step, from, message.frameworkId, "deactivate");
      if (framework === undefined) return undefined;
      dropOffers(step, framework);
      framework.suppressed = new Set(rolesOf(framework));
      return undefined;
    }
    case "call": {
      const framework = expected(step, from, message.frameworkId, message.call.type ?? "UNKNOWN");
      return framework === undefined ? undefined : { framework, call: message.call };
    }
  }
}

function register(
  step: Step,
  from: string,
  { framework }: Extract<DriverMessage, { kind: "register" }>,
): void {
  const errors = driverErrors(step.state.config.tag);
  if ((framework.id?.value ?? "") !== "" && errors.registersWithId !== undefined) {
    refuse(step, from, errors.registersWithId);
    return;
  }
  const known = [...step.state.frameworks.values()].find((one) => one.pid === from);
  if (known?.connection === from) {
    step.log(`Framework ${known.id} is registered already; telling it again`);
    send(step, from, { type: "SUBSCRIBED" });
    return;
  }
  link(step, from);
  subscribe(step, from, { ...framework, id: { value: known?.id ?? "" } });
}

function reregister(step: Step, from: string, sent: Extract<DriverMessage, { kind: "reregister" }>): void {
  const { state } = step;
  const id = sent.framework.id?.value ?? "";
  const errors = driverErrors(state.config.tag);
  if (id === "") {
    refuse(step, from, errors.reregistersWithoutId);
    return;
  }
  if (state.completed.some((framework) => framework.id === id)) {
    refuse(step, from, errors.completed);
    return;
  }
  const known = state.frameworks.get(id);
  if (known === undefined || known.recovered || sent.failover) {
    if (known !== undefined) dropOffers(step, known);
    link(step, from);
    subscribe(step, from, sent.framework);
    return;
  }
  if (known.pid !== from) {
    refuse(step, from, "Framework failed over");
    return;
  }
  comeBack(step, known, sent);
}

/** The driver that is known, after its link or its master was gone: it may have answered offers that nobody heard of. */
function comeBack(step: Step, known: Framework, sent: Extract<DriverMessage, { kind: "reregister" }>): void {
  const pid = known.pid ?? "";
  link(step, pid);
  known.info = { ...sent.framework, id: { value: known.id } };
  known.reregisteredAt = step.now;
  known.connection = pid;
  known.suppressed = new Set();
  delete known.failoverBy;
  rescind(
    step,
    [...step.state.offers.values()].filter((offer) => offer.frameworkId === known.id),
  );
  step.log(`Framework ${known.id} re-registered`);
  send(step, pid, { type: "RESUBSCRIBED" });
  for (const agent of step.state.agents.values()) {
    step.tell(agent, { kind: "update-framework", framework: known.info });
  }
  step.allocateNow();
}

/** The framework, where it is the sender's; what others send is ignored. */
function expected(step: Step, from: string, frameworkId: string, what: string): Framework | undefined {
  const framework = step.state.frameworks.get(frameworkId);
  if (framework?.pid !== from) {
    const why = framework === undefined ? "it cannot be found" : `it is not expected from ${from}`;
    step.log(`Ignoring ${what} of framework ${frameworkId}: ${why}`);
    return undefined;
  }
  const { disconnected } = driverErrors(step.state.config.tag);
  if (framework.connection === undefined && disconnected !== undefined) {
    refuse(step, from, disconnected);
    return undefined;
  }
  return framework;
}

function refuse(step: Step, pid: string, message: string): void {
  step.log(`Refusing ${pid}: ${message}`);
  send(step, pid, { type: "ERROR", error: { message } });
}

function link(step: Step, pid: string): void {
  step.effects.push({ kind: "link-driver", pid });
}

function send(step: Step, pid: string, event: JsonObject): void {
  step.effects.push({ kind: "event", connection: pid, event });
}
