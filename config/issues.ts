import type { z } from "zod";
import type { Fault, Path } from "./fault";
import { formatPath } from "./fault";
import { nearest } from "./nearest";
import { keysOf, pathsIn, schemasAt } from "./schema-walk";
import { isMapping, valueAt } from "./view";
import type { View } from "./view";
import { oneOf, show } from "./wording";
import { wrongType } from "./wrong-type";

type Issue = z.core.$ZodIssue;

/** A view checked by a schema: its output if it has no faults; the faults' paths are the document's. */
export interface SchemaCheck<T> {
  readonly output: T | undefined;
  readonly faults: readonly Fault[];
}

/**
 * Checks a view by a schema and says everything that is wrong in the user's words. `home` is the schema of the whole
 * document: it tells where a misplaced key belongs.
 */
export function checkSchema<S extends z.ZodType>(
  schema: S,
  view: View,
  home: z.ZodType,
): SchemaCheck<z.output<S>> {
  const result = schema.safeParse(view.value);
  if (result.success) return { output: result.data, faults: [] };
  const faults = result.error.issues.flatMap((issue) => translated(issue, schema, view, home));
  return {
    output: undefined,
    faults: faults.map((fault) => ({ ...fault, path: view.toDocument(fault.path) })),
  };
}

function translated(issue: Issue, schema: z.ZodType, view: View, home: z.ZodType): Fault[] {
  const path = issue.path as Path;
  if (isMisspelt(issue, schema, view)) return [];
  if (issue.code === "custom") {
    const { cure, at } = issue.params as { cure: string; at: Fault["at"] };
    return [{ path, at, message: issue.message, cure }];
  }
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => unknownKey([...path, key], schema, view, home));
  }
  // The branch of a union for this kind of value, if there is one, knows best what is wrong inside it.
  const branches = issue.code === "invalid_union" ? issue.errors : [];
  const fitting = branches.find((issues) => issues.every((inner) => !failsAtTop(inner)));
  if (fitting === undefined) return [wrongType(path, schema, view)];
  return fitting.flatMap((inner) =>
    translated({ ...inner, path: [...path, ...inner.path] }, schema, view, home),
  );
}

/** Whether the issue is a missing key, and the key is there with a slip that has an issue of its own. */
function isMisspelt(issue: Issue, schema: z.ZodType, view: View): boolean {
  const parent = issue.path.slice(0, -1) as Path;
  const siblings = valueAt(view.value, parent);
  if (!isMapping(siblings) || valueAt(view.value, issue.path as Path) !== undefined) return false;
  const known = schemasAt(schema, parent).flatMap(keysOf);
  return Object.keys(siblings).some(
    (key) => !known.includes(key) && nearest(key, known) === issue.path.at(-1),
  );
}

function failsAtTop(issue: Issue): boolean {
  return issue.path.length === 0 && issue.code === "invalid_type";
}

function unknownKey(path: Path, schema: z.ZodType, view: View, home: z.ZodType): Fault {
  const key = String(path.at(-1));
  const parent = path.slice(0, -1);
  const parentName = formatPath(view.toDocument(parent).slice(-1));
  const known = schemasAt(schema, parent).flatMap(keysOf);
  return {
    path,
    at: "key",
    message: `${show(key)} is no key ${parentName === "" || parentName.startsWith("[") ? "that is known here" : `of ${parentName}`}`,
    cure: cureFor(key, known, valueAt(view.value, path), home),
  };
}

function cureFor(key: string, known: readonly string[], value: unknown, home: z.ZodType): string {
  if (key === "secure" && typeof value === "string") {
    return "`secure:` works in Pulumi.<stack>.yaml only; write { secret: { env: NAME } } or { secret: { file: PATH } }";
  }
  const near = nearest(key, known);
  if (near !== undefined) return `did you mean ${near}?`;
  const homes = pathsIn(home).filter((path) => path.at(-1) === key);
  if (homes.length > 0) {
    const places = new Set(homes.map((path) => formatPath(path.slice(0, -1)) || "the top of the file"));
    return `it belongs to ${oneOf([...places].slice(0, 4))}`;
  }
  const all = [...new Set(known)];
  return all.length === 0 ? "take it out" : `the keys here are ${all.join(", ")}`;
}
