import { findVersion } from "../../mesos/versions";
import { answerFiles } from "../files/answer";
import { empty, notFound, unavailable, type HttpReply, type HttpRequest } from "../http/message";
import { mesosJson } from "../http/mesos-json";
import { endpointOf } from "../http/routing";
import { buildInfo } from "../identity";
import { answerOperatorCall, flagList, metricList, type OperatorAnswer } from "../operator-api";
import { systemMetrics, systemStats } from "../system-metrics";
import type { Json, JsonObject } from "../wire/json";
import { agentAttachments } from "./attachments";
import { judgeExecutorCall, type JudgedExecutorCall } from "./executor-api";
import type { AgentState } from "./model";
import { containersView, statisticsView } from "./statistics";
import { agentMetrics, agentStateView, type AgentSurroundings } from "./views";

/** What the routes see of the running agent. */
export interface AgentFacts {
  readonly state: AgentState;
  readonly around: AgentSurroundings;
  readonly now: number;
  /** Carries out a call of `/api/v1/executor` that was found valid. */
  readonly execute: (call: Exclude<JudgedExecutorCall, { kind: "refused" }>) => HttpReply;
}

/** Answers one request as this version's agent would. */
export function answerAgent(facts: AgentFacts, request: HttpRequest): HttpReply {
  const { state, around, now } = facts;
  const json = (value: Json, floats = false): HttpReply => mesosJson(state.config.tag, value, floats);
  const endpoint = endpointOf("agent", state.config.tag, request.path);
  if (endpoint === undefined) return notFound();
  if (endpoint.startsWith("/files/")) {
    return answerFiles(endpoint, request.query, agentAttachments(state, around.workDir, around.logFile));
  }
  switch (endpoint) {
    case "/health":
      return empty(200);
    case "/version":
      return json(versionOf(state));
    case "/state":
    case "/state.json":
      // A simulated agent recovers in no time but for the executors that may still come back.
      return state.recoverBy !== undefined && endpoint === "/state"
        ? unavailable("Agent has not finished recovery")
        : json(agentStateView(state, around));
    case "/flags":
      return json({ flags: around.flags });
    case "/metrics/snapshot":
    case "/stats.json":
      return json(sortedMetrics(state, now), true);
    case "/system/stats.json":
      return json(systemStats());
    case "/containers":
      return json(containersView(state, now));
    case "/monitor/statistics":
    case "/monitor/statistics.json":
      return json(statisticsView(state, now));
    case "/api/v1/executor": {
      const judged = judgeExecutorCall(state, request);
      return judged.kind === "refused" ? judged.reply : facts.execute(judged);
    }
    case "/api/v1":
      return answerOperator(facts, request);
    default:
      return notFound();
  }
}

function answerOperator(facts: AgentFacts, request: HttpRequest): HttpReply {
  return answerOperatorCall("agent", facts.state.config.tag, OPERATOR_ANSWERS, facts, request);
}

const OPERATOR_ANSWERS: Readonly<Record<string, OperatorAnswer<AgentFacts>>> = {
  GET_HEALTH: () => ({ healthy: true }),
  GET_VERSION: ({ state }) => ({ version_info: versionOf(state) }),
  GET_FLAGS: ({ around }) => flagList(around.flags),
  GET_METRICS: ({ state, now }) => metricList({ ...agentMetrics(state, now), ...systemMetrics() }),
  GET_LOGGING_LEVEL: () => ({ level: 0 }),
};

function sortedMetrics(state: AgentState, now: number): JsonObject {
  const all = Object.entries({ ...agentMetrics(state, now), ...systemMetrics() });
  return Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function versionOf(state: AgentState): JsonObject {
  const version = findVersion(state.config.tag);
  return version === undefined ? {} : { ...buildInfo(version) };
}
