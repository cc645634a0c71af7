import { taskIdForm } from "../../mesos/marathon-wire";
import { readResource, resourceMessage, writeResources } from "../resources/message";
import { subtract, type Resource, type Resources } from "../resources/resources";
import type { JsonObject } from "../wire/json";
import { attributesOf, meetsConstraints } from "./constraints";
import type { AppDefinition } from "./definition";
import { tasksOf, type App, type MarathonState, type Step, type Task } from "./model";
import { missing } from "./scaling";
import { safeId, taskInfo } from "./task-info";

/** An offer as the scheduler API sends it. */
export interface Offer {
  readonly id: { readonly value: string };
  readonly agent_id: { readonly value: string };
  readonly hostname: string;
  readonly resources: readonly JsonObject[];
  readonly attributes?: readonly JsonObject[];
}

/** Starts what is missing on offers that fit, and declines the rest. */
export function offered(step: Step, offers: readonly Offer[]): void {
  for (const offer of offers) {
    const launched = match(step, offer);
    const refuse = { refuse_seconds: step.state.config.declineSeconds };
    const offer_ids = [{ value: offer.id.value }];
    if (launched.length === 0) {
      step.state.declined = true;
      step.call({ type: "DECLINE", decline: { offer_ids, filters: refuse } });
      continue;
    }
    const operations = [{ type: "LAUNCH", launch: { task_infos: launched } }];
    step.call({ type: "ACCEPT", accept: { offer_ids, operations, filters: { refuse_seconds: 0 } } });
  }
}

/** The tasks that one offer takes. */
function match(step: Step, offer: Offer): JsonObject[] {
  const { state } = step;
  const place = { host: offer.hostname, attributes: attributesOf(offer.attributes) };
  const infos: JsonObject[] = [];
  let left: Resources = offer.resources.map((resource, i) =>
    readResource(resourceMessage(resource, `offer.resources[${i}]`)),
  );
  for (const [id, app] of state.apps) {
    if (app.delay !== undefined && app.delay.until > step.now) continue;
    const roles = rolesOf(state, app.definition);
    // One task of an app per offer and app would be fair; all that fit start sooner.
    while (
      missing(app, tasksOf(state, id)) > 0 &&
      meetsConstraints(app.definition, tasksOf(state, id), place)
    ) {
      const taken = take(app.definition, left, roles);
      if (taken === undefined) break;
      left = subtract(left, taken.resources);
      infos.push(launch(step, app, offer, place.attributes, taken));
    }
  }
  return infos;
}

interface Taken {
  readonly resources: Resources;
  readonly ports: readonly number[];
}

function launch(
  step: Step,
  app: App,
  offer: Offer,
  attributes: JsonObject,
  { resources, ports }: Taken,
): JsonObject {
  const { definition } = app;
  const uuid = step.chance.uuid();
  const instance = `${safeId(definition.id)}.instance-${uuid}`;
  const plain = taskIdForm(step.state.config.version) === "plain";
  const task: Task = {
    id: plain ? `${safeId(definition.id)}.${uuid}` : `${instance}._app.1`,
    appId: definition.id,
    host: offer.hostname,
    agentId: offer.agent_id.value,
    attributes,
    ports,
    version: definition.version,
    configVersion: definition.configVersion,
    stagedAt: step.now,
    state: "TASK_STAGING",
    startedAt: undefined,
    ips: [],
    health: [],
    killAt: undefined,
  };
  step.state.tasks.set(task.id, task);
  // Before the master hears of it: whoever leads next has to know that it may run.
  step.saveTask(task);
  step.log(`Launching task ${task.id} on ${task.host}`);
  return taskInfo(step.state.config, definition, task, writeResources(resources));
}

/** Takes what the app needs from the roles that it may use, one resource from one role at a time. */
function take(app: AppDefinition, free: Resources, roles: readonly string[]): Taken | undefined {
  const usable = free.filter(({ role }) => roles.includes(role));
  const resources: Resource[] = [];
  for (const name of ["cpus", "mem", "disk", "gpus"] as const) {
    let want = Math.round(app[name] * 1000);
    for (const resource of usable) {
      if (resource.kind !== "scalar" || resource.name !== name || want <= 0) continue;
      const part = Math.min(want, resource.thousandths);
      resources.push({ ...resource, thousandths: part });
      want -= part;
    }
    if (want > 0) return undefined;
  }
  const ports = takePorts(app, usable);
  if (ports === undefined) return undefined;
  return { resources: [...resources, ...ports.resources], ports: ports.ports };
}

function takePorts(app: AppDefinition, usable: Resources): Taken | undefined {
  const spans = usable.flatMap((resource) =>
    resource.kind === "ranges" && resource.name === "ports"
      ? resource.spans.map(([begin, end]) => ({ begin, end, role: resource.role }))
      : [],
  );
  const resources: Resource[] = [];
  const ports: number[] = [];
  for (const { hostPort, containerPort } of app.ports) {
    // A mapping without a host's port belongs to a network of the container's own.
    if (containerPort !== undefined && isOwnNetwork(app)) continue;
    const found =
      hostPort === 0
        ? firstFree(spans, ports)
        : spans.flatMap(({ begin, end, role }) =>
            begin <= hostPort && hostPort <= end && !ports.includes(hostPort)
              ? [{ port: hostPort, role }]
              : [],
          )[0];
    if (found === undefined) return undefined;
    ports.push(found.port);
    resources.push({ kind: "ranges", name: "ports", role: found.role, spans: [[found.port, found.port]] });
  }
  return { resources, ports };
}

function firstFree(
  spans: readonly { begin: number; end: number; role: string }[],
  taken: readonly number[],
): { port: number; role: string } | undefined {
  for (const { begin, end, role } of spans) {
    for (let port = begin; port <= end; port++) if (!taken.includes(port)) return { port, role };
  }
  return undefined;
}

function isOwnNetwork({ given }: AppDefinition): boolean {
  const networks = given.networks as readonly { mode?: string }[] | undefined;
  return networks?.some(({ mode }) => mode === "container") ?? false;
}

function rolesOf({ config }: MarathonState, app: AppDefinition): readonly string[] {
  const own = config.role === undefined || config.role === "*" ? ["*"] : [config.role, "*"];
  return app.acceptedResourceRoles ?? config.acceptedRoles ?? own;
}
