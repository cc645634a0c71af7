import { findVersion } from "../../mesos/versions";
import { badRequest, type HttpReply, type HttpRequest } from "../http/message";
import { buildInfo } from "../identity";
import { answerOperatorCall, done, flagList, metricList, type OperatorAnswer } from "../operator-api";
import { writeResources } from "../resources/message";
import { sum } from "../resources/resources";
import { systemMetrics } from "../system-metrics";
import type { JsonObject } from "../wire/json";
import { masterInfoJson } from "../zk/master-info";
import { masterMetrics } from "./metrics";
import type { MasterState } from "./model";
import { agentsResponse, executorsResponse, frameworksResponse, tasksResponse } from "./operator-views";
import { holdingsOf, knownRoles } from "./roles-view";
import type { MasterFacts } from "./routes";
import { updateWeights, weightInfos } from "./weights";

/** Answers the operator API of a leading master. */
export function answerOperator(facts: MasterFacts, request: HttpRequest): HttpReply {
  return answerOperatorCall("master", facts.state.config.tag, answers, facts, request);
}

const answers: Readonly<Record<string, OperatorAnswer<MasterFacts>>> = {
  GET_HEALTH: () => ({ healthy: true }),
  GET_VERSION: ({ state }) => {
    const version = findVersion(state.config.tag);
    return version === undefined ? {} : { version_info: { ...buildInfo(version) } };
  },
  GET_FLAGS: ({ around }) => flagList(around.flags),
  GET_METRICS: ({ state, vitals }) => metricList({ ...masterMetrics(state, vitals), ...systemMetrics() }),
  GET_LOGGING_LEVEL: () => ({ level: 0 }),
  GET_MASTER: ({ state }) => ({
    master_info: masterInfoJson(state.config.info, state.config.tag),
    start_time: state.startedAt / 1000,
    ...(state.electedAt === undefined ? {} : { elected_time: state.electedAt / 1000 }),
  }),
  GET_AGENTS: ({ state }) => agentsResponse(state),
  GET_FRAMEWORKS: ({ state }) => frameworksResponse(state),
  GET_TASKS: ({ state }) => tasksResponse(state),
  GET_EXECUTORS: ({ state }) => executorsResponse(state),
  GET_STATE: ({ state }) => ({
    get_tasks: tasksResponse(state),
    get_executors: executorsResponse(state),
    get_frameworks: frameworksResponse(state),
    get_agents: agentsResponse(state),
  }),
  GET_ROLES: ({ state }) => rolesResponse(state),
  GET_WEIGHTS: ({ state }) => ({ weight_infos: weightInfos(state) }),
  UPDATE_WEIGHTS: ({ state }, call) =>
    updateWeights(state, (call.update_weights as JsonObject).weight_infos ?? []),
  TEARDOWN: ({ tearDown }, call) => {
    const { framework_id } = call.teardown as unknown as { framework_id: { value: string } };
    return tearDown(framework_id.value)
      ? done()
      : badRequest(`No framework found with ID ${framework_id.value}`);
  },
};

/** Without roles the message is empty, as protobuf leaves it. */
function rolesResponse(state: MasterState): JsonObject {
  const names = knownRoles(state);
  if (names.length === 0) return {};
  const roles = names.map((name) => {
    const { frameworks, allocated, offered } = holdingsOf(state, name);
    const resources = writeResources(sum([allocated, offered]));
    return {
      name,
      weight: state.operator.weights.get(name) ?? 1,
      ...(frameworks.length === 0 ? {} : { frameworks: frameworks.map(({ id }) => ({ value: id })) }),
      ...(resources.length === 0 ? {} : { resources }),
    };
  });
  return { roles };
}
