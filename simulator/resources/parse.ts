import { isObject, type Json } from "../wire/json";
import { readResource, resourceMessage } from "./message";
import { normalise, type Resource, type Resources, type Span } from "./resources";

/**
 * Resources from the text form `cpus:1;mem(role):512;ports:[31000-31099];zones:{a,b}` or the JSON list form.
 * Throws on text that is neither; `defaultRole` stands where no role is written.
 */
export function parseResources(text: string, defaultRole = "*"): Resources {
  if (text.trim().startsWith("[")) return parseList(text, defaultRole);
  return normalise(
    text
      .split(/[;\n]/)
      .map((part) => part.trim())
      .filter((part) => part !== "")
      .map((part) => parseOne(part, defaultRole)),
  );
}

function parseList(text: string, defaultRole: string): Resources {
  const list = JSON.parse(text) as Json;
  if (!Array.isArray(list)) throw new Error("Failed to parse resources: expecting a JSON list");
  return normalise(
    list.map((item: Json) => {
      if (!isObject(item)) throw new Error("Failed to parse resources: expecting a list of objects");
      return readResource(resourceMessage({ role: defaultRole, ...item }, "resources"));
    }),
  );
}

function parseOne(part: string, defaultRole: string): Resource {
  const match = /^([^:()]+)(?:\(([^)]*)\))?:([\s\S]+)$/.exec(part);
  const name = match?.[1]?.trim();
  const value = match?.[3]?.trim();
  if (name === undefined || value === undefined) {
    throw new Error(`Bad value for resources, missing or extra ':' in '${part}'; write name(role):value`);
  }
  const role = match?.[2]?.trim() ?? defaultRole;
  if (value.startsWith("[")) return { kind: "ranges", name, role, spans: parseSpans(value) };
  if (value.startsWith("{")) return { kind: "set", name, role, items: listIn(value) };
  const amount = Number(value);
  if (!Number.isFinite(amount) || amount < 0) {
    throw new Error(`Bad value for resource ${name}: '${value}' is no number, [ranges] or {set}`);
  }
  return { kind: "scalar", name, role, thousandths: Math.round(amount * 1000) };
}

function parseSpans(text: string): Span[] {
  return listIn(text).map((part) => {
    const match = /^(\d+)(?:\s*-\s*(\d+))?$/.exec(part);
    if (match === null) throw new Error(`Expecting a range such as 31000-31099, got '${part}'`);
    const begin = Number(match[1]);
    const end = Number(match[2] ?? match[1]);
    if (end < begin) throw new Error(`Range ${part} ends before it begins`);
    return [begin, end];
  });
}

function listIn(text: string): string[] {
  return text
    .slice(1, -1)
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
