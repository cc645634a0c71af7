import type { JsonObject } from "../wire/json";

/** One attribute of an agent; the value's form decides its type. */
export interface Attribute {
  readonly name: string;
  readonly type: "SCALAR" | "RANGES" | "TEXT";
  readonly value: string;
}

/** Attributes from `rack:a;zone:b`. Throws on a part without a colon. */
export function parseAttributes(text: string): Attribute[] {
  return text
    .split(/[;\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part) => {
      const colon = part.indexOf(":");
      if (colon < 1) throw new Error(`Invalid attribute key:value pair '${part}'`);
      const value = part.slice(colon + 1).trim();
      return { name: part.slice(0, colon).trim(), type: typeOf(value), value };
    });
}

/** The short form of `/state`. */
export function summariseAttributes(attributes: readonly Attribute[]): JsonObject {
  return Object.fromEntries(attributes.map((a) => [a.name, a.type === "SCALAR" ? Number(a.value) : a.value]));
}

/** `Attribute` messages as offers carry them. */
export function writeAttributes(attributes: readonly Attribute[]): JsonObject[] {
  return attributes.map(({ name, type, value }) => {
    if (type === "SCALAR") return { name, type, scalar: { value: Number(value) } };
    if (type === "TEXT") return { name, type, text: { value } };
    const range = [...value.matchAll(/(\d+)\s*-\s*(\d+)/g)].map(([, a, b]) => ({
      begin: Number(a),
      end: Number(b),
    }));
    return { name, type, ranges: { range } };
  });
}

function typeOf(value: string): Attribute["type"] {
  if (/^\[.*\]$/.test(value)) return "RANGES";
  return /^-?\d+(\.\d+)?$/.test(value) ? "SCALAR" : "TEXT";
}
