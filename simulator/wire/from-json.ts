import { atLeast } from "../../mesos/versions";
import type { Definitions, FieldDefinition } from "./definitions";
import { isObject, type Json, type JsonObject } from "./json";

/**
 * Reads JSON as a message, by the rules of stout's protobuf.hpp: members that the message does not name are dropped, null
 * counts as absent, numbers may come as text, a repeated field as a single value. Throws in Mesos' words.
 */
export function readJson(definitions: Definitions, tag: string, type: string, value: Json): JsonObject {
  if (!isObject(value)) throw new Error("Expecting a JSON object");
  const reader = new JsonReader(definitions, !atLeast(tag, FORGIVES_UNKNOWN_ENUMS));
  const message = reader.message(type, value);
  const missing = missingFields(definitions, type, message);
  if (missing.length > 0) throw new Error(`Missing required fields: ${missing.join(", ")}`);
  return message;
}

/** From here on an unknown value of an optional enum counts as absent. Source: b10a4ea59, 3rdparty/stout/include/stout/protobuf.hpp. */
const FORGIVES_UNKNOWN_ENUMS = "1.5.0-rc1";

const INTEGERS = new Set([
  ..."int32 sint32 sfixed32 uint32 fixed32".split(" "),
  ..."int64 sint64 sfixed64 uint64 fixed64".split(" "),
]);

class JsonReader {
  constructor(
    private readonly definitions: Definitions,
    private readonly strictEnums: boolean,
  ) {}

  message(type: string, value: JsonObject): JsonObject {
    const fields = this.definitions.messages.get(type);
    const read: Record<string, Json> = {};
    for (const [name, member] of Object.entries(value)) {
      const field = fields?.get(name);
      if (field === undefined || member === undefined || member === null) continue;
      const result = this.field(field, member);
      if (result !== undefined) read[name] = result;
    }
    return read;
  }

  private field(field: FieldDefinition, value: Json): Json | undefined {
    if (field.occurs === "map") return this.map(field, value);
    if (field.occurs !== "repeated") return this.one(field, value);
    const items: readonly Json[] = isList(value) ? value : [value];
    return items.flatMap((item) => {
      const read = item === null ? undefined : this.one(field, item);
      return read === undefined ? [] : [read];
    });
  }

  private map(field: FieldDefinition, value: Json): Json {
    if (!isObject(value)) throw unexpected(value, field);
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, member]) => {
        const read = member === undefined || member === null ? undefined : this.one(field, member);
        return read === undefined ? [] : [[key, read]];
      }),
    );
  }

  private one(field: FieldDefinition, value: Json): Json | undefined {
    if (isList(value)) throw unexpected(value, field);
    const { type } = field;
    if (this.definitions.messages.has(type)) {
      if (!isObject(value)) throw unexpected(value, field);
      return this.message(type, value);
    }
    const values = this.definitions.enums.get(type);
    if (values !== undefined) return this.enum(field, values, value);
    if (type === "string" || type === "bytes") {
      if (typeof value !== "string") throw unexpected(value, field);
      return type === "string" ? value : bytes(field, value);
    }
    if (type === "bool") return boolean(field, value);
    return number(field, value);
  }

  private enum(field: FieldDefinition, values: ReadonlyMap<string, number>, value: Json): string | undefined {
    if (typeof value !== "string") throw unexpected(value, field);
    if (values.has(value)) return value;
    if (this.strictEnums || field.occurs === "required")
      throw new Error(`Failed to find enum for '${value}'`);
    return undefined;
  }
}

/** Paths of required fields that are absent, as protobuf's InitializationErrorString writes them. */
function missingFields(definitions: Definitions, type: string, message: JsonObject): string[] {
  const missing: string[] = [];
  for (const field of definitions.messages.get(type)?.values() ?? []) {
    const value = message[field.name];
    if (value === undefined) {
      if (field.occurs === "required") missing.push(field.name);
    } else if (isList(value)) {
      value.forEach((item, i) => missing.push(...inside(field, `${field.name}[${i}]`, item)));
    } else {
      missing.push(...inside(field, field.name, value));
    }
  }
  return missing;

  function inside(field: FieldDefinition, path: string, value: Json): string[] {
    if (!isObject(value) || field.occurs === "map") return [];
    return missingFields(definitions, field.type, value).map((name) => `${path}.${name}`);
  }
}

function bytes({ name }: FieldDefinition, value: string): string {
  const wrong = /[^A-Za-z0-9+/=\s_-]/.exec(value)?.[0];
  if (wrong !== undefined) {
    throw new Error(`Failed to base64 decode bytes field '${name}': Invalid character '${wrong}'`);
  }
  return Buffer.from(value, "base64").toString("base64");
}

function boolean(field: FieldDefinition, value: Json): boolean {
  if (typeof value === "boolean") return value;
  if (value === "true" || value === "false") return value === "true";
  if (typeof value !== "string") throw unexpected(value, field);
  throw new Error(`Failed to parse '${value}' as a JSON boolean for field '${field.name}'`);
}

function number(field: FieldDefinition, value: Json): number {
  const whole = INTEGERS.has(field.type);
  if (typeof value === "number") return whole ? Math.trunc(value) : value;
  if (typeof value !== "string") throw unexpected(value, field);
  if (!whole && /^-?Infinity$/.test(value)) return Number(value);
  if (!/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value)) {
    throw new Error(`Failed to parse '${value}' as a JSON number for field '${field.name}'`);
  }
  return whole ? Math.trunc(Number(value)) : Number(value);
}

function unexpected(value: Json, { name }: FieldDefinition): Error {
  const kind = isList(value) ? "array" : isObject(value) ? "object" : typeof value;
  return new Error(`Not expecting a JSON ${kind} for field '${name}'`);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
