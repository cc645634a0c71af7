import { hasEventStream } from "../../mesos/marathon-wire";
import { json, plain, type HttpReply, type HttpRequest } from "../http/message";
import { SIMULATED_USER } from "../identity";
import type { JsonObject } from "../wire/json";
import { appReply, appsReply } from "./api-apps";
import { ApiError, asked, JSON_TYPE } from "./api-request";
import { groupReply } from "./api-groups";
import { Locked } from "./changes";
import type { MarathonConfig } from "./config";
import { InvalidApp } from "./definition";
import { cancelDeployments, deploymentJson } from "./deployments";
import type { Step } from "./model";
import { tasksReply } from "./api-tasks";

/** What is known beside the state. */
export interface MarathonFacts {
  readonly elected: boolean;
  /** `host:port` of the leader; undefined while there is none. */
  readonly leader: string | undefined;
  /** The address of the leading master's UI. */
  readonly mesosLeader: string | undefined;
}

/** What any Marathon answers itself, leading or not; undefined for what the leader has to answer. */
export function ownReply(request: HttpRequest): HttpReply | undefined {
  if (request.path === "/ping") return plain(200, "pong\n");
  return undefined;
}

/** What the leader answers; the step takes what follows from it. */
export function leaderReply(step: Step, facts: MarathonFacts, request: HttpRequest): HttpReply {
  try {
    return route(step, facts, request);
  } catch (error) {
    if (error instanceof ApiError) return failure(error.status, { message: error.message });
    if (error instanceof InvalidApp) {
      return failure(422, { message: error.message, details: error.details });
    }
    if (error instanceof Locked) {
      const deployments = error.deployments.map(({ id }) => ({ id }));
      return failure(409, { message: error.message, deployments });
    }
    throw error;
  }
}

function failure(status: number, body: JsonObject): HttpReply {
  return { status, headers: JSON_TYPE, body: JSON.stringify(body) };
}

function route(step: Step, facts: MarathonFacts, request: HttpRequest): HttpReply {
  const { state } = step;
  const path = request.path.replace(/(?<=.)\/+$/, "");
  const [, head = "", rest = ""] = /^\/v2\/([a-z]+)(\/.*)?$/.exec(path) ?? [];
  if (request.method !== "GET") {
    const uri = request.path;
    if (head === "apps" || head === "groups") step.publish("api_post_event", { uri, clientIp: "" });
  }
  switch (head) {
    case "apps":
      return rest === "" ? appsReply(step, request) : appReply(step, request, rest);
    case "groups":
      return groupReply(step, request, rest);
    case "tasks":
      return tasksReply(step, request, rest);
    case "deployments":
      return deploymentsReply(step, request, rest);
    case "queue":
      return json({ queue: [] });
    case "info":
      return json(info(state.config, state.frameworkId, facts));
    case "leader":
      return json({ leader: facts.leader ?? null });
    case "events":
      if (hasEventStream(state.config.version)) {
        return failure(406, { message: "Accept must be text/event-stream" });
      }
      break;
  }
  if (path === "/" || path === "/ui") {
    return plain(200, `Marathon ${state.config.version}, ${SIMULATED_USER}. Its API is at /v2.\n`);
  }
  if (path === "/metrics") return json({ version: "3.0.0", gauges: {}, counters: {} });
  return failure(404, { message: "HTTP 404 Not Found" });
}

function deploymentsReply(step: Step, request: HttpRequest, rest: string): HttpReply {
  const all = [...step.state.deployments.values()];
  if (rest === "") return json(all.map(deploymentJson));
  const deployment = all.find(({ id }) => `/${id}` === rest);
  if (deployment === undefined) throw new ApiError(404, `DeploymentPlan ${rest.slice(1)} does not exist`);
  if (request.method === "GET") return json(deploymentJson(deployment));
  if (request.method !== "DELETE") throw new ApiError(405, "HTTP 405 Method Not Allowed");
  if (!asked(request, "force")) {
    throw new ApiError(501, "the simulator cannot roll a deployment back; use ?force=true to stop it");
  }
  cancelDeployments(step, [deployment]);
  return { status: 202 };
}

function info(config: MarathonConfig, frameworkId: string | undefined, facts: MarathonFacts): JsonObject {
  const number = (name: string, fallback: number): number => Number(config.flags.get(name) ?? fallback);
  return {
    name: "marathon",
    version: config.version,
    buildref: SIMULATED_USER,
    elected: facts.elected,
    leader: facts.leader ?? null,
    frameworkId: frameworkId ?? null,
    marathon_config: {
      master: config.master,
      failover_timeout: config.failoverTimeoutSeconds,
      framework_name: config.frameworkName,
      ha: true,
      checkpoint: config.checkpoint,
      local_port_min: config.firstServicePort,
      local_port_max: config.lastServicePort,
      executor: "//cmd",
      hostname: config.hostname,
      webui_url: config.flags.get("webui_url") ?? null,
      mesos_role: config.role ?? null,
      mesos_user: config.user,
      task_launch_timeout: number("task_launch_timeout", 300_000),
      reconciliation_interval: config.reconciliationIntervalMs,
      mesos_leader_ui_url: facts.mesosLeader ?? null,
    },
    zookeeper_config: {
      zk: `zk://${config.zk.servers}${config.zk.path}`,
      zk_timeout: number("zk_timeout", 10_000),
      zk_session_timeout: config.zkSessionTimeoutMs,
      zk_max_versions: number("zk_max_versions", 50),
    },
    http_config: { http_port: config.httpPort, https_port: number("https_port", 8443) },
  };
}
