import { totalOf } from "./agent-resources";
import { findVersion } from "../../mesos/versions";
import { badRequest, json, type HttpReply, type HttpRequest } from "../http/message";
import { buildInfo } from "../identity";
import { flagList, metricList, operatorType } from "../operator-api";
import { writeResources } from "../resources/message";
import { systemMetrics } from "../system-metrics";
import type { JsonObject } from "../wire/json";
import { masterInfoJson } from "../zk/master-info";
import { masterMetrics } from "./metrics";
import type { MasterFacts } from "./routes";

/** Answers the operator API of a leading master, as far as the simulator has it. */
export function answerOperator(facts: MasterFacts, request: HttpRequest): HttpReply {
  const type = operatorType("master", request);
  if (typeof type !== "string") return type;
  const answer = Object.hasOwn(answers, type) ? answers[type] : undefined;
  if (answer === undefined) {
    return badRequest("Failed to validate master::Call: Expecting 'type' to be present");
  }
  return json({ type, [type.toLowerCase()]: answer(facts) });
}

const answers: Readonly<Record<string, (facts: MasterFacts) => JsonObject>> = {
  GET_HEALTH: () => ({ healthy: true }),
  GET_VERSION: ({ state }) => {
    const version = findVersion(state.config.tag);
    return version === undefined ? {} : { version_info: { ...buildInfo(version) } };
  },
  GET_FLAGS: ({ around }) => flagList(around.flags),
  GET_METRICS: ({ state, vitals }) => metricList({ ...masterMetrics(state, vitals), ...systemMetrics() }),
  GET_MASTER: ({ state }) => ({ master_info: masterInfoJson(state.config.info, state.config.tag) }),
  GET_AGENTS: ({ state }) => ({
    agents: [...state.agents.values()].map(({ id, info, made, connected, registeredAt }) => ({
      agent_info: {
        hostname: info.hostname,
        port: info.port,
        resources: writeResources(info.resources),
        id: { value: id },
      },
      active: connected,
      version: info.version,
      pid: `slave(1)@${info.ip}:${info.port}`,
      registered_time: { nanoseconds: registeredAt * 1e6 },
      total_resources: writeResources(totalOf({ info, made })),
      capabilities: info.capabilities.map((name) => ({ type: name })),
    })),
  }),
};
