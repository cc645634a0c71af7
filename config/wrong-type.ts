import type { z } from "zod";
import type { Fault, Finding, Path } from "./fault";
import { formatPath } from "./fault";
import { hintOf } from "./hints";
import { schemasAt } from "./schema-walk";
import { valueAt } from "./view";
import type { View } from "./view";
import { printable, show } from "./wording";

/** What to say of a value that is missing or of a type that its schema does not take. */
export function wrongType(path: Path, schema: z.ZodType, view: View): Fault {
  const value = valueAt(view.value, path);
  const schemas = schemasAt(schema, path);
  const hint = schemas.map(hintOf).find((found) => found !== undefined);
  const label = labelOf(path) || labelOf(view.toDocument(path)) || "the file";
  const wanted = `${label} must be ${hint?.wanted ?? "something else"}`;
  const key = view.toDocument(path).at(-1);
  const keyed = (text: string): string =>
    typeof key === "string" && key === path.at(-1) ? `${key}: ${text}` : text;
  const example = hint === undefined ? "take it out" : `write ${keyed(hint.example)}`;
  const at = "value";

  if (value === undefined) {
    const cure = hint === undefined ? "add it" : `add ${keyed(hint.example)}`;
    return { path, at, message: `${label} is missing: it must be ${hint?.wanted ?? "given"}`, cure };
  }
  if (value === null)
    return {
      path,
      at,
      message: `${label} is empty, but it must be ${hint?.wanted ?? "given"}`,
      cure: example,
    };
  const special = hint?.cureFor?.(value);
  if (typeof value === "object") {
    const cure = special === undefined ? example : `write ${keyed(special)}`;
    return { path, at, message: `${show(value)} stands here, but ${wanted}`, cure };
  }
  const typed = view.textAt(path) ?? show(value);
  const cure = special === undefined ? undefined : `write ${keyed(special)}`;
  return {
    path,
    at,
    message: `${said(value, typed)}, but ${wanted}`,
    cure: cure ?? retyped(value, typed, schemas, keyed) ?? example,
  };
}

/** The last key, with the indexes after it: `agents[1]`. */
function labelOf(path: Path): string {
  return formatPath(path.slice(path.findLastIndex((part) => typeof part === "string")));
}

function said(value: unknown, typed: string): string {
  if (typeof value === "number") {
    const read = typed === String(value) ? "" : `, which YAML reads as ${value}`;
    return `${printable(typed.slice(0, 60))} is a number${read}`;
  }
  return typeof value === "boolean" ? `${value} is a yes-or-no value` : `${show(value)} is text`;
}

/** The cure when the same characters, with or without quotes, would be of the right type. */
function retyped(
  value: unknown,
  typed: string,
  schemas: readonly z.ZodType[],
  keyed: (text: string) => string,
): string | undefined {
  const other = typeof value === "string" ? asNumber(value) : typed;
  if (other === undefined) return undefined;
  for (const schema of schemas) {
    const result = schema.safeParse(other);
    if (result.success) {
      return typeof other === "number"
        ? `take the quotes off: ${keyed(String(other))}`
        : `put it in quotes: ${keyed(printable(JSON.stringify(other.slice(0, 60))))}`;
    }
    const cure = ruleCure(result.error);
    if (cure !== undefined) return cure;
  }
  return undefined;
}

function asNumber(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function ruleCure(error: z.ZodError): string | undefined {
  const issue = error.issues.find(({ code }) => code === "custom");
  return issue?.code === "custom" ? (issue.params as Pick<Finding, "cure">).cure : undefined;
}
