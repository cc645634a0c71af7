import { randomBytes } from "node:crypto";
import { updatesNeedUuid } from "../../mesos/wire";
import { isObject, type Json, type JsonObject } from "../wire/json";
import { libprocessMessages } from "../wire/libprocess-messages";
import { masterInfoJson } from "../zk/master-info";
import type { MasterState } from "./model";

/** A message to a driver, encoded. */
export interface DriverEvent {
  readonly name: string;
  readonly body: Buffer;
}

/** An event of the state machine as the messages that a driver is sent for it: heartbeats are none, offers of all agents one. */
export function driverEvents(state: MasterState, connection: string, event: JsonObject): DriverEvent[] {
  const { tag } = state.config;
  const encode = (type: string, message: JsonObject): DriverEvent[] => [
    { name: `mesos.internal.${type}`, body: libprocessMessages(tag).toProtobuf(type, message) },
  ];
  const frameworkId = [...state.frameworks.values()].find((one) => one.connection === connection)?.id ?? "";
  const framework_id = { value: frameworkId };
  const detail = (name: string): JsonObject => (isObject(event[name]) ? event[name] : {});
  switch (typeof event.type === "string" ? event.type : "") {
    case "SUBSCRIBED":
    case "RESUBSCRIBED": {
      const again = event.type === "RESUBSCRIBED" ? "Reregistered" : "Registered";
      const master_info = masterInfoJson(state.config.info, tag);
      return encode(`Framework${again}Message`, { framework_id, master_info });
    }
    case "OFFERS": {
      const offers = listOf(detail("offers").offers);
      const pids = offers.map((offer) => agentPid(state, textOf(offer.agent_id)));
      return encode("ResourceOffersMessage", { offers, pids });
    }
    case "RESCIND":
      return encode("RescindResourceOfferMessage", { offer_id: detail("rescind").offer_id });
    case "UPDATE":
      return encode("StatusUpdateMessage", statusUpdate(state, framework_id, detail("update").status));
    case "MESSAGE":
      return encode("ExecutorToFrameworkMessage", { framework_id, ...detail("message") });
    case "FAILURE": {
      const { agent_id, executor_id, status = 0 } = detail("failure");
      return executor_id === undefined
        ? encode("LostSlaveMessage", { agent_id })
        : encode("ExitedExecutorMessage", { agent_id, framework_id, executor_id, status });
    }
    case "ERROR":
      return encode("FrameworkErrorMessage", detail("error"));
    default:
      return [];
  }
}

/** Source: protobuf::createStatusUpdate in src/common/protobuf_utils.cpp, Master::forward in src/master/master.cpp. */
function statusUpdate(state: MasterState, framework_id: JsonObject, sent: Json | undefined): JsonObject {
  const status = isObject(sent) ? sent : {};
  const { agent_id, executor_id, timestamp, uuid } = status;
  const byAgent = uuid !== undefined;
  const made = byAgent || !updatesNeedUuid(state.config.tag) ? uuid : randomBytes(16).toString("base64");
  return {
    update: {
      framework_id,
      status,
      timestamp,
      ...(executor_id === undefined ? {} : { executor_id }),
      ...(agent_id === undefined ? {} : { agent_id }),
      ...(made === undefined ? {} : { uuid: made }),
    },
    // A driver acknowledges what names an agent's pid here.
    ...(byAgent ? { pid: agentPid(state, textOf(agent_id)) } : {}),
  };
}

function agentPid(state: MasterState, agentId: string): string {
  const info = state.agents.get(agentId)?.info;
  return info === undefined ? "" : `slave(1)@${info.ip}:${info.port}`;
}

function listOf(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function textOf(value: Json | undefined): string {
  return isObject(value) && typeof value.value === "string" ? value.value : "";
}
