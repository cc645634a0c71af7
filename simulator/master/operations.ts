import { schedulerHas } from "../../mesos/scheduler-wire";
import { printResources, readResource } from "../resources/message";
import { add, contains, isVolume, subtract, type Resource, type Resources } from "../resources/resources";
import { isObject } from "../wire/json";
import type { Operation } from "../wire/messages";
import type { Agent, Framework, Offer, Step } from "./model";

/** What an operation turns into what. */
export interface Conversion {
  readonly consumed: Resources;
  readonly converted: Resources;
}

/** Where an operation is asked for. */
interface Place {
  readonly tag: string;
  readonly framework: Framework;
  readonly agent: Agent;
  /** The role that the resources were offered to. */
  readonly role: string;
}

/**
 * Applies one operation other than a launch to what was offered: answers what is there afterwards. One that the version
 * refuses changes nothing. Source: Master::_accept in src/master/master.cpp, operation::validate in src/master/validation.cpp.
 */
export function applyOperation(
  step: Step,
  framework: Framework,
  agent: Agent,
  operation: Operation,
  offered: Resources,
  { role }: Offer,
): Resources | { readonly error: string } {
  const { tag } = step.state.config;
  const result = conversionOf({ tag, framework, agent, role }, operation);
  if (typeof result === "string") return { error: result };
  const { consumed, converted } = result;
  if (!contains(offered, consumed)) {
    return {
      error: `Invalid ${operation.type ?? ""} Operation: ${printResources(offered)} does not contain ${printResources(consumed)}`,
    };
  }
  agent.made = add(
    subtract(agent.made, consumed),
    converted.filter(({ made }) => made !== undefined),
  );
  step.log(`Applying ${operation.type ?? ""} operation of framework ${framework.id} on agent ${agent.id}`);
  step.tell(agent, { kind: "made", resources: agent.made });
  return add(subtract(offered, consumed), converted);
}

function conversionOf(place: Place, operation: Operation): Conversion | string {
  try {
    switch (operation.type) {
      case "RESERVE":
        return reserve(place, (operation.reserve?.resources ?? []).map(readResource));
      case "UNRESERVE":
        return unreserve(place, (operation.unreserve?.resources ?? []).map(readResource));
      case "CREATE":
        return create(place, (operation.create?.volumes ?? []).map(readResource));
      case "DESTROY":
        return destroy(place, (operation.destroy?.volumes ?? []).map(readResource));
      case "GROW_VOLUME":
      case "SHRINK_VOLUME":
        return resize(place, operation);
      case undefined:
      default:
        return `Operation ${operation.type ?? "UNKNOWN"} needs a resource provider, and the agent has none`;
    }
  } catch (error) {
    return `Invalid resources: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function reserve({ tag, framework, agent, role }: Place, targets: readonly Resource[]): Conversion | string {
  const { principal } = framework.info;
  if (principal === undefined && !schedulerHas("reservesWithoutPrincipal", tag)) {
    return "A framework without a principal cannot reserve resources.";
  }
  if (role === "*" && !schedulerHas("starReserves", tag)) {
    return "A reserve operation was attempted by a framework with role '*', but frameworks with that role cannot reserve resources";
  }
  for (const target of targets) {
    const last = target.made?.reservations?.at(-1);
    const text = printResources([target]);
    if (last?.type !== "DYNAMIC") return `Resource ${text} is not dynamically reserved`;
    if (isVolume(target)) return `A persistent volume ${text} must already be reserved`;
    const unable = agentProblem(agent, target, "Resource", "reserved");
    if (unable !== undefined) return unable;
    if (principal !== undefined && last.principal === undefined) {
      return `A reserve operation was attempted by principal '${principal}', but there is a reserved resource in the request with no principal set`;
    }
    if (principal !== undefined && last.principal !== principal) {
      return `A reserve operation was attempted by authenticated principal '${principal}', which does not match a reserved resource in the request with principal '${String(last.principal)}'`;
    }
    if (target.role !== role) {
      return schedulerHas("starReserves", tag)
        ? `A reserve operation was attempted for a resource with role '${target.role}', but the resource was allocated to role '${role}'`
        : `A reserve operation was attempted for a resource with role '${target.role}', but the framework can only reserve resources with role '${role}'`;
    }
  }
  return { consumed: targets.map(withoutLastReservation), converted: targets };
}

function unreserve({ tag, framework }: Place, targets: readonly Resource[]): Conversion | string {
  if (framework.info.principal === undefined && !schedulerHas("reservesWithoutPrincipal", tag)) {
    return "A framework without a principal cannot unreserve resources.";
  }
  for (const target of targets) {
    const text = printResources([target]);
    if (target.made?.reservations?.at(-1)?.type !== "DYNAMIC")
      return `Resource ${text} is not dynamically reserved`;
    if (isVolume(target)) {
      return (
        `A dynamically reserved persistent volume ${text} cannot be unreserved directly. Please destroy the ` +
        "persistent volume first then unreserve the resource"
      );
    }
  }
  return { consumed: targets, converted: targets.map(withoutLastReservation) };
}

function create({ tag, framework, agent }: Place, volumes: readonly Resource[]): Conversion | string {
  const { principal } = framework.info;
  const known = agent.made.map(volumeKey).filter((key) => key !== undefined);
  for (const volume of volumes) {
    const wrong = volumeProblem(volume) ?? agentProblem(agent, volume, "Volume", "created");
    if (wrong !== undefined) return wrong;
    const key = volumeKey(volume) ?? "";
    if (known.includes(key)) return `Persistence ID '${key.slice(key.lastIndexOf(" ") + 1)}' is not unique`;
    known.push(key);
    const persistence = volume.made?.disk?.persistence;
    const owner = isObject(persistence) ? persistence.principal : undefined;
    if (principal === undefined || !schedulerHas("wordAgent", tag)) continue;
    if (owner === undefined) {
      return `Create volume operation attempted by principal '${principal}', but there is a volume in the operation with no principal set in 'disk.persistence'`;
    }
    if (owner !== principal) {
      return `Create volume operation attempted by authenticated principal '${principal}', which does not match a volume in the operation with principal '${JSON.stringify(owner)}' set in 'disk.persistence'`;
    }
  }
  return { consumed: volumes.map(withoutVolume), converted: volumes };
}

function destroy({ agent }: Place, volumes: readonly Resource[]): Conversion | string {
  for (const volume of volumes) {
    const wrong = volumeProblem(volume);
    if (wrong !== undefined) return wrong;
    if (!contains(agent.made, [volume])) return "Persistent volumes not found";
  }
  return { consumed: volumes, converted: volumes.map(withoutVolume) };
}

function resize({ tag, agent }: Place, operation: Operation): Conversion | string {
  const { grow_volume: grow, shrink_volume: shrink } = operation;
  const sent = grow?.volume ?? shrink?.volume;
  if (sent === undefined || !schedulerHas("resizesVolumes", tag)) return "Unknown operation";
  const volume = readResource(sent);
  const wrong = volumeProblem(volume);
  if (wrong !== undefined) return `Invalid persistent volume: ${wrong}`;
  if (volume.kind !== "scalar") return "Only a scalar can be resized";
  if (!agent.info.capabilities.includes("RESIZE_VOLUME")) {
    return `Volume ${printResources([volume])} cannot be resized on an agent without RESIZE_VOLUME capability`;
  }
  const by =
    grow === undefined ? -Math.round((shrink?.subtract.value ?? 0) * 1000) : thousandths(grow.addition);
  const rest = { ...withoutVolume(volume), thousandths: Math.abs(by) } as Resource;
  if (by === 0) return "The size of the change must be greater than zero";
  if (volume.thousandths + by <= 0) return "Value of 'subtract' should be smaller than the volume";
  const resized: Resource = { ...volume, thousandths: volume.thousandths + by };
  return by > 0
    ? { consumed: [volume, rest], converted: [resized] }
    : { consumed: [volume], converted: [resized, rest] };
}

function thousandths(sent: Parameters<typeof readResource>[0]): number {
  const resource = readResource(sent);
  return resource.kind === "scalar" ? resource.thousandths : 0;
}

/** Source: resource::validatePersistentVolume, internal::validateDiskInfo in src/master/validation.cpp. */
function volumeProblem(volume: Resource): string | undefined {
  const { made, role, name } = volume;
  const text = printResources([volume]);
  const disk = made?.disk;
  if (disk === undefined) return `Not a persistent volume: Resource ${text} does not have DiskInfo`;
  if (!isVolume(volume)) return "Not a persistent volume: 'persistence' is not set in DiskInfo";
  if (!isObject(disk.volume))
    return "Not a persistent volume: Expecting 'volume' to be set for persistent volume";
  if (disk.volume.mode === "RO") return "Not a persistent volume: Read-only persistent volume not supported";
  if (name !== "disk") return `Invalid resources: DiskInfo should not be set for ${name} resource`;
  if (role === "*")
    return "Invalid resources: Persistent volumes cannot be created from unreserved resources";
  return undefined;
}

function agentProblem({ info }: Agent, resource: Resource, what: string, done: string): string | undefined {
  const levels = resource.made?.reservations?.length ?? 0;
  const text = printResources([resource]);
  if (resource.role.includes("/") && !info.capabilities.includes("HIERARCHICAL_ROLE")) {
    return `${what} ${text} with reservation for hierarchical role '${resource.role}' cannot be ${done} on an agent without HIERARCHICAL_ROLE capability`;
  }
  return levels > 1 && !info.capabilities.includes("RESERVATION_REFINEMENT")
    ? `${what} ${text} with reservation refinement cannot be ${done} on an agent without RESERVATION_REFINEMENT capability`
    : undefined;
}

function withoutLastReservation(resource: Resource): Resource {
  const rest = resource.made?.reservations?.slice(0, -1) ?? [];
  const dynamic = rest.some(({ type }) => type === "DYNAMIC");
  const disk = resource.made?.disk;
  return remade({ ...resource, role: rest.at(-1)?.role ?? "*" }, dynamic ? rest : undefined, disk);
}

function withoutVolume(resource: Resource): Resource {
  const source = resource.made?.disk?.source;
  return remade(resource, resource.made?.reservations, source === undefined ? undefined : { source });
}

type Made = NonNullable<Resource["made"]>;

function remade(resource: Resource, reservations: Made["reservations"], disk: Made["disk"]): Resource {
  const { made, ...rest } = resource;
  if (made === undefined || (reservations === undefined && disk === undefined)) return rest;
  return {
    ...rest,
    made: {
      ...(reservations === undefined ? {} : { reservations }),
      ...(disk === undefined ? {} : { disk }),
    },
  };
}

function volumeKey({ role, made }: Resource): string | undefined {
  const persistence = made?.disk?.persistence;
  return isObject(persistence) && typeof persistence.id === "string"
    ? `${role} ${persistence.id}`
    : undefined;
}
