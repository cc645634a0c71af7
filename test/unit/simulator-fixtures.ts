import { agentCapabilities } from "../../mesos/capabilities";
import { findVersion } from "../../mesos/versions";
import type { AgentConfig } from "../../simulator/agent/model";
import { advance, type MasterEvent } from "../../simulator/master/machine";
import { newMasterState, type Effect, type MasterState } from "../../simulator/master/model";
import type { AgentInfo, MasterMessage } from "../../simulator/protocol";
import { parseResources } from "../../simulator/resources/parse";
import type { JsonObject } from "../../simulator/wire/json";
import {
  frameworkInfo,
  schedulerCall,
  type FrameworkInfo,
  type TaskInfo,
  type TaskStatus,
} from "../../simulator/wire/messages";

/** Any moment. */
export const NOW = 1_700_000_000_000;

export const masterInfo = (tag: string) => ({
  id: "M",
  ip: "10.0.0.1",
  port: 5050,
  hostname: "master",
  version: findVersion(tag)!.reports,
});

/** A master that leads and has recovered an empty registry. */
export function leadingMaster(tag = "1.11.0"): Master {
  const state = newMasterState(
    {
      tag,
      info: masterInfo(tag),
      allocationIntervalMs: 1_000,
      pingTimeoutMs: 15_000,
      maxPingTimeouts: 5,
      reregisterTimeoutMs: 600_000,
      offerTimeoutMs: undefined,
      maxCompletedFrameworks: 50,
      maxCompletedTasks: 1_000,
      rootSubmissions: true,
    },
    NOW,
  );
  const master = new Master(state);
  master.happen({ kind: "recovered", registry: {} });
  return master;
}

/** A state machine, with its clock and what it did. */
export class Master {
  now = NOW;

  constructor(readonly state: MasterState) {}

  happen(event: MasterEvent): readonly Effect[] {
    return advance(this.state, event, this.now);
  }

  /** Lets time pass. */
  pass(ms: number): readonly Effect[] {
    this.now += ms;
    return this.happen({ kind: "tick" });
  }

  /** Registers agents on hosts 1.. with the given resources; answers their ids. */
  agents(...resources: string[]): string[] {
    resources.forEach((text, i) => {
      const info = agentInfo(i + 1, text, this.state.config.tag);
      this.happen({ kind: "agent", message: { kind: "register", info } });
    });
    return [...this.state.agents.keys()];
  }

  call(frameworkId: string, call: JsonObject): readonly Effect[] {
    const read = schedulerCall({ framework_id: { value: frameworkId }, ...call }, "call");
    return this.happen({ kind: "call", frameworkId, call: read });
  }

  subscribe(connection: string, info: Partial<FrameworkInfo> = {}): readonly Effect[] {
    return this.happen({ kind: "subscribe", connection, framework: framework(info) });
  }

  update(agentId: string, frameworkId: string, status: TaskStatus): readonly Effect[] {
    const message = { kind: "update", agentId, frameworkId, status, latest: status } as const;
    return this.happen({ kind: "agent", message });
  }
}

export function agentInfo(host: number, resources: string, tag = "1.11.0"): AgentInfo {
  return {
    hostname: `agent${host}`,
    ip: `10.0.1.${host}`,
    port: 5051,
    resources: parseResources(resources),
    attributes: [],
    version: findVersion(tag)!.reports,
    capabilities: agentCapabilities(tag),
  };
}

/** What an agent goes by, with the defaults of Mesos. */
export function agentConfig(tag = "1.11.0", more: Partial<AgentConfig> = {}): AgentConfig {
  return {
    tag,
    info: agentInfo(1, "cpus:1;mem:512", tag),
    registrationBackoffMs: 1_000,
    executorRegistrationMs: 60_000,
    executorReregistrationMs: 2_000,
    executorShutdownGraceMs: 5_000,
    recover: "reconnect",
    runsDocker: false,
    failLaunches: false,
    ...more,
  };
}

export function framework(info: Partial<FrameworkInfo> = {}): FrameworkInfo {
  return { ...frameworkInfo({ user: "root", name: "test" }, "framework_info"), ...info };
}

export function task(
  id: string,
  agentId: string,
  { cpus = 0.1, mem = 32, command = "true" } = {},
): JsonObject {
  return {
    name: id,
    task_id: { value: id },
    agent_id: { value: agentId },
    resources: [
      { name: "cpus", type: "SCALAR", scalar: { value: cpus } },
      { name: "mem", type: "SCALAR", scalar: { value: mem } },
    ],
    command: { value: command },
  };
}

/** A task as the agent is sent it. */
export function taskInfo(id: string): TaskInfo {
  const call = schedulerCall(accept([], [task(id, "S0")]), "call");
  return call.accept!.operations[0]!.launch!.task_infos[0]!;
}

export function accept(offerIds: readonly string[], tasks: readonly JsonObject[], refuse = 5): JsonObject {
  return {
    type: "ACCEPT",
    accept: {
      offer_ids: offerIds.map((value) => ({ value })),
      operations: [{ type: "LAUNCH", launch: { task_infos: tasks } }],
      filters: { refuse_seconds: refuse },
    },
  };
}

export function status(
  taskId: string,
  state: TaskStatus["state"],
  uuid = "AAAAAAAAAAAAAAAAAAAAAA==",
): TaskStatus {
  return { task_id: { value: taskId }, state, source: "SOURCE_EXECUTOR", timestamp: NOW / 1000, uuid };
}

/** Events of a type that were sent. */
export function events(effects: readonly Effect[], type: string): JsonObject[] {
  return effects.flatMap((effect) =>
    effect.kind === "event" && effect.event.type === type ? [effect.event] : [],
  );
}

/** Statuses of the UPDATE events. */
export function statuses(effects: readonly Effect[]): TaskStatus[] {
  return events(effects, "UPDATE").map((event) => (event.update as unknown as { status: TaskStatus }).status);
}

/** What agents were told, but for pings. */
export function told(effects: readonly Effect[]): MasterMessage[] {
  return effects.flatMap((effect) => (effect.kind === "agent" ? [effect.message] : []));
}

/** Offers of the OFFERS events. */
export function offered(effects: readonly Effect[]): { id: string; agentId: string; raw: JsonObject }[] {
  return events(effects, "OFFERS").flatMap((event) => {
    const { offers } = event.offers as unknown as {
      offers: (JsonObject & Record<"id" | "agent_id", { value: string }>)[];
    };
    return offers.map((raw) => ({ id: raw.id.value, agentId: raw.agent_id.value, raw }));
  });
}
