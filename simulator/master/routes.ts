import { redirectRule, standbyRedirects } from "../../mesos/endpoints";
import { findVersion } from "../../mesos/versions";
import { redirectsSchedulers } from "../../mesos/wire";
import { answerFiles } from "../files/answer";
import { attached, type Attachments } from "../files/attachments";
import {
  badRequest,
  empty,
  methodNotAllowed,
  notFound,
  unavailable,
  type HttpReply,
  type HttpRequest,
} from "../http/message";
import { mesosJson } from "../http/mesos-json";
import { endpointOf } from "../http/routing";
import { buildInfo, SIMULATED_USER } from "../identity";
import { receivedMessage, type Received } from "../libprocess/message";
import { AGENT_MESSAGES_PATH, type AgentMessage } from "../protocol";
import { systemMetrics, systemStats } from "../system-metrics";
import type { JsonObject } from "../wire/json";
import type { MasterInfo } from "../zk/master-info";
import { readAgentMessage } from "./agent-messages";
import { masterMetrics, type MasterVitals } from "./metrics";
import type { MasterState } from "./model";
import { oldStats } from "./old-stats";
import { answerOperator } from "./operator-api";
import { registryView } from "./registry-view";
import { rolesView } from "./roles-view";
import {
  frameworksView,
  slavesView,
  stateView,
  summaryView,
  tasksView,
  type Surroundings,
  type TaskQuery,
} from "./views";

/** What the routes see of the running master. */
export interface MasterFacts {
  readonly state: MasterState;
  readonly around: Surroundings;
  readonly vitals: MasterVitals;
  /** It leads and has recovered the registry. */
  readonly ready: boolean;
  /** Takes what an agent says. */
  readonly fromAgent: (message: AgentMessage) => void;
  /** Takes what a driver says. */
  readonly fromDriver: (message: Received) => void;
  /** Answers `/api/v1/scheduler`. */
  readonly schedule: (request: HttpRequest) => HttpReply;
  /** Ends a framework, as `/teardown` asks. */
  readonly tearDown: (frameworkId: string) => boolean;
}

/** Endpoints that a standby master from 1.0.0 on leaves to the leader. */
const LEADER_ONLY = new Set(
  "/state /state.json /state-summary /slaves /frameworks /roles /roles.json /tasks /tasks.json /teardown /api/v1".split(
    " ",
  ),
);

/** Source: TASK_LIMIT in src/master/constants.hpp. */
const TASK_LIMIT = 100;

/** Answers one request as this version's master would. */
export function answerMaster(facts: MasterFacts, request: HttpRequest): HttpReply {
  const { state } = facts;
  if (request.path === AGENT_MESSAGES_PATH) return takeAgentMessage(facts, request);
  const { tag } = state.config;
  const received = receivedMessage("master", request);
  if (received !== undefined) {
    // A master that does not lead, or does not know the agents yet, drops messages: drivers try again.
    if (facts.ready) facts.fromDriver(received);
    return empty(202);
  }
  const endpoint = endpointOf("master", tag, request.path);
  if (endpoint === undefined) return notFound();
  const { leads } = facts.vitals;
  if (endpoint.startsWith("/files/")) return answerFiles(endpoint, request.query, attachments(facts));
  if (endpoint === "/redirect") return redirectToLeader(facts);
  if (endpoint === "/api/v1/scheduler") {
    if (!leads && !redirectsSchedulers(tag)) return unavailable("Not the leading master");
    if (!leads) return redirectRequest(facts, "/master/api/v1/scheduler", request);
    return facts.ready ? facts.schedule(request) : unavailable("Master has not finished recovery");
  }
  if (!leads && standbyRedirects(tag) && LEADER_ONLY.has(endpoint)) {
    return redirectRequest(facts, `/master${endpoint}`, request);
  }
  if (endpoint === "/api/v1") {
    return facts.ready ? answerOperator(facts, request) : unavailable("Master has not finished recovery");
  }
  if (endpoint === "/teardown" || endpoint === "/shutdown") return tearDown(facts, request);
  return read(facts, endpoint, request);
}

function read({ state, around, vitals }: MasterFacts, endpoint: string, { query }: HttpRequest): HttpReply {
  const { tag } = state.config;
  switch (endpoint) {
    case "/":
      return page(state);
    case "/health":
      return empty(200);
    case "/version": {
      const version = findVersion(tag);
      return version === undefined ? notFound() : mesosJson(tag, { ...buildInfo(version) });
    }
    case "/state":
    case "/state.json":
      return mesosJson(tag, stateView(state, around));
    case "/state-summary":
      return mesosJson(tag, summaryView(state, around));
    case "/slaves":
      return mesosJson(tag, slavesView(state, query.get("slave_id") ?? undefined));
    case "/frameworks":
      return mesosJson(tag, frameworksView(state, query.get("framework_id") ?? undefined));
    case "/roles":
    case "/roles.json":
      return mesosJson(tag, rolesView(state));
    case "/tasks":
    case "/tasks.json":
      return mesosJson(tag, tasksView(state, taskQuery(query)));
    case "/flags":
      return mesosJson(tag, { flags: around.flags });
    case "/metrics/snapshot":
      return mesosJson(tag, allMetrics(state, vitals), true);
    case "/stats.json":
      return mesosJson(tag, { ...oldStats(state, vitals), ...allMetrics(state, vitals) });
    case "/system/stats.json":
      return mesosJson(tag, systemStats());
    case "/registrar(1)/registry":
      return mesosJson(tag, vitals.leads ? registryView(state) : {});
    default:
      return notFound();
  }
}

/** What the files API shows: the log. */
function attachments({ around: { logFile } }: MasterFacts): Attachments {
  return attached(logFile === undefined ? [] : [["/master/log", logFile]]);
}

/** In place of the web interface. */
function page({ config }: MasterState): HttpReply {
  const title = `Mesos ${config.tag} ${config.info.hostname}`;
  const text = `<!doctype html><title>${title}</title><p>${title}: ${SIMULATED_USER}. See <a href="/state">/state</a>.</p>`;
  return { status: 200, headers: { "Content-Type": "text/html" }, body: text };
}

function redirectToLeader({ around, state }: MasterFacts): HttpReply {
  const rule = redirectRule(state.config.tag);
  const target: MasterInfo | undefined =
    around.leader ?? (rule.withoutLeader === "self" ? state.config.info : undefined);
  if (target === undefined) return unavailable("No leader elected");
  return empty(307, { Location: `${rule.locationPrefix}${target.hostname}:${target.port}` });
}

function redirectRequest({ around, state }: MasterFacts, path: string, { query }: HttpRequest): HttpReply {
  const rule = redirectRule(state.config.tag);
  if (around.leader === undefined) return unavailable("No leader elected");
  const { hostname, port } = around.leader;
  const search = rule.keeps === "path and query" && query.size > 0 ? `?${query.toString()}` : "";
  const rest = rule.keeps === "nothing" ? "" : `${path}${search}`;
  return empty(307, { Location: `${rule.locationPrefix}${hostname}:${port}${rest}` });
}

function tearDown(facts: MasterFacts, request: HttpRequest): HttpReply {
  if (request.method !== "POST") return methodNotAllowed("POST", request.method);
  const id = new URLSearchParams(request.body.toString()).get("frameworkId");
  if (id === null) return badRequest("Missing 'frameworkId' query parameter");
  return facts.tearDown(id) ? empty(200) : badRequest(`No framework found with ID ${id}`);
}

function takeAgentMessage(facts: MasterFacts, request: HttpRequest): HttpReply {
  if (!facts.ready) return unavailable("Not the leading master, or not recovered yet");
  let message: AgentMessage;
  try {
    message = readAgentMessage(request.body);
  } catch (error) {
    return badRequest(error instanceof Error ? error.message : String(error));
  }
  facts.fromAgent(message);
  return empty(202);
}

function allMetrics(state: MasterState, vitals: MasterVitals): JsonObject {
  const all = Object.entries({ ...masterMetrics(state, vitals), ...systemMetrics() });
  return Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** `limit`, `offset` and `order` of `/tasks`; what is no number counts as not given. */
function taskQuery(query: URLSearchParams): TaskQuery {
  const number = (name: string, otherwise: number): number => {
    const text = query.get(name) ?? "";
    return /^\d+$/.test(text) ? Number(text) : otherwise;
  };
  return {
    limit: number("limit", TASK_LIMIT),
    offset: number("offset", 0),
    order: query.get("order") === "asc" ? "asc" : "desc",
  };
}
