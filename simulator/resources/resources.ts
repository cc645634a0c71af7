import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "../wire/json";

/** Inclusive range of whole numbers. */
export type Span = readonly [begin: number, end: number];

/** One level of a reservation. */
export interface Reservation {
  readonly type: "STATIC" | "DYNAMIC";
  readonly role: string;
  readonly principal?: string;
  readonly labels?: JsonObject;
}

/** What frameworks and operators made of a resource; an agent keeps it over a restart. */
export interface Made {
  /** All levels, outermost first, where one of them is dynamic. */
  readonly reservations?: readonly Reservation[];
  /** A DiskInfo: of a persistent volume, or where the disk is. */
  readonly disk?: JsonObject;
}

interface Kind {
  readonly name: string;
  /** The role that it is reserved for in the end; `*` where it is not reserved. */
  readonly role: string;
  readonly made?: Made;
}

/** One kind of resource of one role. Scalars are whole thousandths, so that sums are exact. */
export type Resource =
  | (Kind & { readonly kind: "scalar"; readonly thousandths: number })
  | (Kind & { readonly kind: "ranges"; readonly spans: readonly Span[] })
  | (Kind & { readonly kind: "set"; readonly items: readonly string[] });

/** Resources, at most one entry per name, role, kind and what was made of it; empty entries are left out. */
export type Resources = readonly Resource[];

/** Sum of both. Overlapping spans and items count once. */
export function add(a: Resources, b: Resources): Resources {
  return normalise([...a, ...b]);
}

/** What is left of `a` without `b`; never below zero. */
export function subtract(a: Resources, b: Resources): Resources {
  const taken = normalise(b);
  return normalise(a).flatMap((resource) => {
    const less = taken.find((other) => sameKind(resource, other));
    const left = less === undefined ? resource : subtractOne(resource, less);
    return isEmpty(left) ? [] : [left];
  });
}

/** Whether all of `b` is in `a`. */
export function contains(a: Resources, b: Resources): boolean {
  const have = normalise(a);
  return normalise(b).every((wanted) => {
    const held = have.find((other) => sameKind(wanted, other));
    if (held === undefined || (isVolume(held) && !isEmpty(subtractOne(held, wanted)))) return false;
    return isEmpty(subtractOne(wanted, held));
  });
}

/** Sum of many. */
export function sum(many: Iterable<Resources>): Resources {
  return normalise([...many].flat());
}

/** Total of a scalar over all roles, in its own unit (cpus, megabytes). */
export function scalar(resources: Resources, name: string): number {
  return (
    resources.reduce((total, r) => total + (r.kind === "scalar" && r.name === name ? r.thousandths : 0), 0) /
    1000
  );
}

/** Joins entries of the same kind, joins touching spans, drops empty entries. Keeps the order of first appearance. */
export function normalise(resources: Resources): Resources {
  const joined: Resource[] = [];
  for (const resource of resources) {
    const at = joined.findIndex((other) => sameKind(other, resource));
    const held = joined[at];
    if (held === undefined) joined.push(tidied(resource));
    else joined[at] = addOne(held, resource);
  }
  return joined.filter((resource) => !isEmpty(resource));
}

/** Whether it is a persistent volume, which is had whole or not at all. */
export function isVolume(resource: Resource): boolean {
  return resource.made?.disk?.persistence !== undefined;
}

function sameKind(a: Resource, b: Resource): boolean {
  return (
    a.name === b.name &&
    a.role === b.role &&
    a.kind === b.kind &&
    (a.made === b.made || isDeepStrictEqual(a.made, b.made))
  );
}

function isEmpty(resource: Resource): boolean {
  if (resource.kind === "scalar") return resource.thousandths <= 0;
  return resource.kind === "ranges" ? resource.spans.length === 0 : resource.items.length === 0;
}

function tidied(resource: Resource): Resource {
  if (resource.kind === "ranges") return { ...resource, spans: joinSpans(resource.spans) };
  return resource.kind === "set" ? { ...resource, items: [...new Set(resource.items)] } : resource;
}

function addOne(a: Resource, b: Resource): Resource {
  if (a.kind === "scalar" && b.kind === "scalar") {
    return { ...a, thousandths: a.thousandths + b.thousandths };
  }
  if (a.kind === "ranges" && b.kind === "ranges") return { ...a, spans: joinSpans([...a.spans, ...b.spans]) };
  if (a.kind === "set" && b.kind === "set") return { ...a, items: [...new Set([...a.items, ...b.items])] };
  return a;
}

function subtractOne(a: Resource, b: Resource): Resource {
  if (a.kind === "scalar" && b.kind === "scalar") return { ...a, thousandths: a.thousandths - b.thousandths };
  if (a.kind === "ranges" && b.kind === "ranges") return { ...a, spans: b.spans.reduce(cutSpan, a.spans) };
  if (a.kind === "set" && b.kind === "set") {
    return { ...a, items: a.items.filter((item) => !b.items.includes(item)) };
  }
  return a;
}

function joinSpans(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const [begin, end] of [...spans].filter(([b, e]) => b <= e).sort((x, y) => x[0] - y[0])) {
    const last = joined.at(-1);
    if (last !== undefined && begin <= last[1] + 1)
      joined[joined.length - 1] = [last[0], Math.max(last[1], end)];
    else joined.push([begin, end]);
  }
  return joined;
}

function cutSpan(spans: readonly Span[], [begin, end]: Span): Span[] {
  return spans.flatMap(([from, to]): Span[] => {
    if (end < from || to < begin) return [[from, to]];
    const left: Span[] = from < begin ? [[from, begin - 1]] : [];
    return to > end ? [...left, [end + 1, to]] : left;
  });
}
