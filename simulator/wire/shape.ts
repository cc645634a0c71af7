import { isObject, type Json, type JsonObject } from "./json";

/** Turns a JSON value into `T`, or throws naming the path that is wrong. */
export type Reader<T> = (value: unknown, path: string) => T;

/** How one member of a message is read, and whether it must be there. */
export interface Field<T> {
  readonly read: Reader<T>;
  readonly required: boolean;
}

type Shape = Readonly<Record<string, Field<unknown>>>;

type Read<F> = F extends Field<infer T> ? T : never;

type RequiredKeys<S extends Shape> = {
  [K in keyof S]: S[K] extends { readonly required: true } ? K : never;
}[keyof S];

/** The message type that a shape describes. */
export type Message<S extends Shape> = {
  readonly [K in RequiredKeys<S>]: Read<S[K]>;
} & {
  readonly [K in Exclude<keyof S, RequiredKeys<S>>]?: Read<S[K]>;
};

export function required<T>(read: Reader<T>): Field<T> & { readonly required: true } {
  return { read, required: true };
}

export function optional<T>(read: Reader<T>): Field<T> & { readonly required: false } {
  return { read, required: false };
}

/** A repeated field: absent means empty. */
export function repeated<T>(read: Reader<T>): Field<readonly T[]> & { readonly required: true } {
  return { read: list(read), required: true };
}

/** Reads an object: null counts as absent, members the shape does not name are dropped (as JSON to protobuf does in Mesos). */
export function message<S extends Shape>(shape: S): Reader<Message<S>> {
  return (value, path) => {
    if (!isObject(value)) throw new Error(`Expecting a JSON object for '${path}'`);
    const result: Record<string, unknown> = {};
    for (const [name, field] of Object.entries(shape)) {
      const member = value[name];
      if (member === undefined || member === null) {
        const empty = field.required ? absent(field, `${path}.${name}`) : undefined;
        if (empty !== undefined) result[name] = empty;
      } else {
        result[name] = field.read(member, `${path}.${name}`);
      }
    }
    return result as Message<S>;
  };
}

export const text: Reader<string> = (value, path) => {
  if (typeof value !== "string") throw new Error(`Not expecting ${kindOf(value)} for field '${path}'`);
  return value;
};

/** A number; whole numbers may come as text, as protobuf's JSON writes 64-bit ones. */
export const number: Reader<number> = (value, path) => {
  const wide = typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : longValue(value);
  if (typeof wide !== "number") throw new Error(`Not expecting ${kindOf(value)} for field '${path}'`);
  return wide;
};

export const flag: Reader<boolean> = (value, path) => {
  if (typeof value !== "boolean") throw new Error(`Not expecting ${kindOf(value)} for field '${path}'`);
  return value;
};

/** Any JSON, kept as it is but for nulls, which count as absent. */
export const anything: Reader<JsonObject> = (value, path) => {
  if (!isObject(value)) throw new Error(`Expecting a JSON object for '${path}'`);
  return withoutNulls(value) as JsonObject;
};

function list<T>(read: Reader<T>): Reader<readonly T[]> {
  return (value, path) => {
    if (value === EMPTY) return [];
    if (!Array.isArray(value)) throw new Error(`Expecting a JSON list for '${path}'`);
    return value.map((item, i) => read(item, `${path}[${i}]`));
  };
}

const EMPTY = Symbol("absent repeated field");

function absent(field: Field<unknown>, path: string): unknown {
  try {
    return field.read(EMPTY, path);
  } catch {
    throw new Error(`Not initialized: missing required field '${path}'`);
  }
}

function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => withoutNulls(item));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) =>
      member === null || member === undefined ? [] : [[name, withoutNulls(member)]],
    ),
  );
}

/** 64-bit numbers of protobuf.js up to version 5, written by clients that forget to convert them. */
function longValue(value: unknown): unknown {
  if (!isObject(value)) return value;
  const { low, high } = value;
  return typeof low === "number" && typeof high === "number" ? high * 2 ** 32 + (low >>> 0) : value;
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? "a list" : value === null ? "null" : `a ${typeof value}`;
}
