/** A number of a JSON text, with the form it was written in: clients that read into integers stumble over `3.0`. */
export class WrittenNumber {
  constructor(readonly source: string) {}
}

export type Written = null | boolean | string | WrittenNumber | readonly Written[] | WrittenObject;

export interface WrittenObject {
  readonly [name: string]: Written;
}

type Kind = "null" | "boolean" | "string" | "integer" | "float" | "list" | "object";

/** What values at one place of a JSON text have in common. */
export interface Shape {
  readonly kinds: Set<Kind>;
  /** How many objects were seen here, and each of their members with how many of them had it. */
  objects: number;
  readonly members: Map<string, { readonly shape: Shape; seen: number }>;
  /** Of all items of all lists here; undefined while none was seen. */
  items: Shape | undefined;
}

/** A place where a value does not have the shape. Lists are written `slaves[].id`. */
export interface Mismatch {
  readonly field: string;
  readonly kind: "missing" | "extra" | "type";
  readonly told: string;
}

/** Reads JSON, keeping how numbers were written. */
export function readWritten(text: string): Written {
  const keep = (_name: string, value: unknown, context?: { readonly source?: string }): unknown =>
    typeof value === "number" ? new WrittenNumber(context?.source ?? String(value)) : value;
  return JSON.parse(text, keep) as Written;
}

/** The shape of one value. */
export function shapeOf(value: Written): Shape {
  const shape = emptyShape();
  note(shape, value);
  return shape;
}

/** Takes what `other` has seen into `shape`. */
export function merge(shape: Shape, other: Shape): void {
  for (const kind of other.kinds) shape.kinds.add(kind);
  shape.objects += other.objects;
  for (const [name, { shape: from, seen }] of other.members) {
    const member = shape.members.get(name) ?? { shape: emptyShape(), seen: 0 };
    member.seen += seen;
    merge(member.shape, from);
    shape.members.set(name, member);
  }
  if (other.items === undefined) return;
  shape.items ??= emptyShape();
  merge(shape.items, other.items);
}

/** The shape at a place such as `frameworks[].tasks[]`, or undefined where nothing was seen. */
export function shapeAt(shape: Shape, field: string): Shape | undefined {
  const steps = field.split(/\.|(?=\[\])/).filter((step) => step !== "");
  return steps.reduce<Shape | undefined>(
    (at, step) => (step === "[]" ? at?.items : at?.members.get(step)?.shape),
    shape,
  );
}

/** Where a value differs from the shape; of lists that were only seen empty any item will do. */
export function mismatches(shape: Shape, value: Written, field = ""): Mismatch[] {
  const kind = kindOf(value);
  if (!shape.kinds.has(kind)) {
    return [{ field, kind: "type", told: `${[...shape.kinds].join(" or ")} expected, ${kind} found` }];
  }
  if (isList(value)) {
    const { items } = shape;
    return items === undefined ? [] : value.flatMap((item) => mismatches(items, item, `${field}[]`));
  }
  return isObject(value) ? memberMismatches(shape, value, field) : [];
}

function memberMismatches(shape: Shape, value: WrittenObject, field: string): Mismatch[] {
  const at = (name: string): string => (field === "" ? name : `${field}.${name}`);
  const missing = [...shape.members]
    .filter(([name, { seen }]) => seen === shape.objects && !(name in value))
    .map(([name]): Mismatch => ({ field: at(name), kind: "missing", told: "always there in the recording" }));
  const found = Object.entries(value).flatMap(([name, member]): Mismatch[] => {
    const known = shape.members.get(name);
    return known === undefined
      ? [{ field: at(name), kind: "extra", told: "never there in the recording" }]
      : mismatches(known.shape, member, at(name));
  });
  return [...missing, ...found];
}

function note(shape: Shape, value: Written): void {
  shape.kinds.add(kindOf(value));
  if (isList(value)) {
    for (const item of value) note((shape.items ??= emptyShape()), item);
    return;
  }
  if (!isObject(value)) return;
  shape.objects += 1;
  for (const [name, member] of Object.entries(value)) {
    const known = shape.members.get(name) ?? { shape: emptyShape(), seen: 0 };
    known.seen += 1;
    note(known.shape, member);
    shape.members.set(name, known);
  }
}

function emptyShape(): Shape {
  return { kinds: new Set(), objects: 0, members: new Map(), items: undefined };
}

function kindOf(value: Written): Kind {
  if (value === null) return "null";
  if (value instanceof WrittenNumber) return /^-?\d+$/.test(value.source) ? "integer" : "float";
  if (isList(value)) return "list";
  if (typeof value === "string") return "string";
  return typeof value === "boolean" ? "boolean" : "object";
}

function isList(value: Written): value is readonly Written[] {
  return Array.isArray(value);
}

function isObject(value: Written): value is WrittenObject {
  return kindOf(value) === "object";
}
