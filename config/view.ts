import type { Path } from "./fault";

/** A part of a document, as plain values, that knows where each of them stands in the document. */
export interface View {
  readonly value: unknown;
  /** The document's path of a path below `value`. */
  toDocument(path: Path): Path;
  /** What the user typed for the scalar at a path below `value`: `1.10` where YAML reads 1.1. */
  textAt(path: Path): string | undefined;
}

/** The view of what stands at `prefix` below `view`, with `value` in its place where one is given. */
export function viewAt(view: View, prefix: Path, value: unknown = valueAt(view.value, prefix)): View {
  return {
    value,
    toDocument: (path) => view.toDocument([...prefix, ...path]),
    textAt: (path) => view.textAt([...prefix, ...path]),
  };
}

/** The value at `path`, or undefined where there is none. */
export function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Readonly<Record<string | number, unknown>>)[key];
  }
  return at;
}

/** Whether `value` is what a YAML mapping becomes. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether `path` is `prefix` or lies below it. */
export function startsWith(path: Path, prefix: Path): boolean {
  return prefix.length <= path.length && prefix.every((part, i) => part === path[i]);
}
