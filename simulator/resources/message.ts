import { isObject, type JsonObject } from "../wire/json";
import { anything, message, number, optional, repeated, required, text, type Message } from "../wire/shape";
import type { Made, Reservation, Resource, Resources } from "./resources";

const resourceShape = {
  name: required(text),
  type: required(text),
  scalar: optional(message({ value: required(number) })),
  ranges: optional(message({ range: repeated(message({ begin: required(number), end: required(number) })) })),
  set: optional(message({ item: repeated(text) })),
  role: optional(text),
  reservation: optional(message({ principal: optional(text), labels: optional(anything) })),
  reservations: repeated(
    message({
      type: optional(text),
      role: optional(text),
      principal: optional(text),
      labels: optional(anything),
    }),
  ),
  allocation_info: optional(anything),
  disk: optional(anything),
  revocable: optional(anything),
};

/** Beyond it thousandths are no whole numbers any more, and sums not exact. */
const MAX_SCALAR = Number.MAX_SAFE_INTEGER / 2000;

/** A `Resource` message as clients send it. */
export type ResourceMessage = Message<typeof resourceShape>;

/** Reads a `Resource` message. */
export const resourceMessage = message(resourceShape);

/** The resource that a message names. Throws on a type that does not fit its value. */
export function readResource(sent: ResourceMessage): Resource {
  const { name, role: ownRole = "*" } = sent;
  const role = sent.reservations.at(-1)?.role ?? ownRole;
  const made = madeOf(sent);
  const kind = made === undefined ? { name, role } : { name, role, made };
  if (sent.type === "SCALAR" && sent.scalar !== undefined) {
    // Not `< 0`: in protobuf it may be no number at all.
    if (!(sent.scalar.value >= 0 && sent.scalar.value <= MAX_SCALAR)) {
      throw new Error(`Invalid scalar resource '${name}': value < 0`);
    }
    return { kind: "scalar", ...kind, thousandths: Math.round(sent.scalar.value * 1000) };
  }
  if (sent.type === "RANGES" && sent.ranges !== undefined) {
    if (sent.ranges.range.some(({ begin, end }) => !(begin <= end))) {
      throw new Error("Invalid ranges resource: begin > end");
    }
    return { kind: "ranges", ...kind, spans: sent.ranges.range.map(({ begin, end }) => [begin, end]) };
  }
  if (sent.type === "SET" && sent.set !== undefined) {
    return { kind: "set", ...kind, items: sent.set.item };
  }
  throw new Error(`Invalid resource '${name}': type ${sent.type} without a value of that type`);
}

/**
 * `Resource` messages as Mesos writes them; `allocatedTo` is the role of the framework they are offered to, `refined` the
 * form for frameworks with RESERVATION_REFINEMENT.
 */
export function writeResources(
  resources: Resources,
  allocatedTo?: string,
  { refined = false } = {},
): JsonObject[] {
  return resources.map((resource) => ({
    name: resource.name,
    ...valueOf(resource),
    ...(refined ? refinedReservations(resource) : plainReservation(resource)),
    ...(resource.made?.disk === undefined ? {} : { disk: resource.made.disk }),
    ...(allocatedTo === undefined ? {} : { allocation_info: { role: allocatedTo } }),
  }));
}

function plainReservation({ role, made }: Resource): JsonObject {
  const last = made?.reservations?.at(-1);
  if (last?.type !== "DYNAMIC") return { role };
  const { principal, labels } = last;
  const reservation = {
    ...(principal === undefined ? {} : { principal }),
    ...(labels === undefined ? {} : { labels }),
  };
  return { role, reservation };
}

function refinedReservations({ role, made }: Resource): JsonObject {
  const reservations = made?.reservations ?? (role === "*" ? [] : [{ type: "STATIC", role }]);
  return reservations.length === 0 ? {} : { reservations: reservations.map((level) => ({ ...level })) };
}

function madeOf({ role, reservation, reservations, disk }: ResourceMessage): Made | undefined {
  const levels = reservations.map(({ type, role: of = "*", ...rest }): Reservation => {
    return { type: type === "STATIC" ? "STATIC" : "DYNAMIC", role: of, ...rest };
  });
  const old: Reservation[] =
    reservation === undefined ? [] : [{ type: "DYNAMIC", role: role ?? "*", ...reservation }];
  const all = levels.length > 0 ? levels : old;
  const dynamic = all.some(({ type }) => type === "DYNAMIC");
  if (!dynamic && disk === undefined) return undefined;
  return { ...(dynamic ? { reservations: all } : {}), ...(disk === undefined ? {} : { disk }) };
}

/** The short form of `/state`: scalars as numbers, ranges as text; cpus, mem, disk and gpus are always there. */
export function summariseResources(resources: Resources, withGpus: boolean): JsonObject {
  const summary: Record<string, number | string> = {
    disk: 0,
    mem: 0,
    ...(withGpus ? { gpus: 0 } : {}),
    cpus: 0,
  };
  for (const resource of resources) {
    if (resource.kind === "scalar") {
      const sofar = summary[resource.name];
      summary[resource.name] = (typeof sofar === "number" ? sofar : 0) + resource.thousandths / 1000;
    } else {
      summary[resource.name] = resourceText(resource);
    }
  }
  return summary;
}

/** Resources as Mesos prints them in messages: `cpus(*):1; ports(*):[31000-31099]`. */
export function printResources(resources: Resources): string {
  if (resources.length === 0) return "{}";
  return resources.map((r) => `${r.name}${reservationText(r)}${volumeText(r)}:${resourceText(r)}`).join("; ");
}

function reservationText({ role, made }: Resource): string {
  if (made?.reservations === undefined) return `(${role})`;
  const levels = made.reservations.map(({ type, role: of, principal }) =>
    principal === undefined ? `(${type},${of})` : `(${type},${of},${principal})`,
  );
  return `(reservations: [${levels.join(",")}])`;
}

function volumeText({ made }: Resource): string {
  const id = isObject(made?.disk?.persistence) ? made.disk.persistence.id : undefined;
  const path = isObject(made?.disk?.volume) ? made.disk.volume.container_path : undefined;
  return typeof id === "string" && typeof path === "string" ? `[${id}:${path}]` : "";
}

function resourceText(resource: Resource): string {
  if (resource.kind === "scalar") return String(resource.thousandths / 1000);
  if (resource.kind === "ranges") return `[${resource.spans.map(([a, b]) => `${a}-${b}`).join(", ")}]`;
  return `{${resource.items.join(", ")}}`;
}

function valueOf(resource: Resource): JsonObject {
  if (resource.kind === "scalar") return { type: "SCALAR", scalar: { value: resource.thousandths / 1000 } };
  if (resource.kind === "ranges") {
    return { type: "RANGES", ranges: { range: resource.spans.map(([begin, end]) => ({ begin, end })) } };
  }
  return { type: "SET", set: { item: resource.items } };
}
