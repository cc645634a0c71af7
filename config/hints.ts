import { z } from "zod";
import type { Finding, Rule } from "./fault";

/** What a message says about a field beyond its schema. */
export interface Hint {
  /** Completes "... must be": `a whole number such as 3`. */
  readonly wanted: string;
  /** A good value, as it is written in YAML. */
  readonly example: string;
  /** A better cure than the example for some values of the wrong type. */
  readonly cureFor?: (value: unknown) => string | undefined;
  /** What an editor should know beyond the type: keywords of JSON Schema such as `enum` or `pattern`. */
  readonly editor?: Readonly<Record<string, unknown>>;
}

const hints = z.registry<Hint>();

/** Tells people and editors what `schema` wants. */
export function field<S extends z.ZodType>(schema: S, hint: Hint): S {
  const described = schema.meta({ description: hint.wanted, ...hint.editor });
  hints.add(described, hint);
  return described;
}

/** The hint given for a schema. */
export function hintOf(schema: z.ZodType): Hint | undefined {
  return hints.get(schema);
}

/** `schema` whose values must also pass `rule`; the rule's cure travels in the issue (see issues.ts). */
export function ruled<S extends z.ZodType>(schema: S, rule: Rule<z.output<S>>): S {
  return schema.superRefine((value, context) => {
    const finding = rule(value);
    if (finding !== undefined) context.addIssue(customIssue(finding));
  });
}

/** A record each of whose keys must pass `rule`; keys are judged even where a value is wrong. */
export function ruledKeys<V extends z.ZodType>(values: V, rule: Rule<string>): z.ZodRecord<z.ZodString, V> {
  return z.record(z.string(), values).superRefine(
    (record, context) => {
      for (const key of Object.keys(record)) {
        const finding = rule(key);
        if (finding !== undefined) context.addIssue(customIssue(finding, [key]));
      }
    },
    { when: ({ value }) => typeof value === "object" && value !== null && !Array.isArray(value) },
  );
}

/** A finding as an issue, at `path` below the checked value; the key there is meant, unless `at` says otherwise. */
export function customIssue(
  finding: Finding,
  path: (string | number)[] = [],
  at: "key" | "value" = path.length > 0 ? "key" : "value",
): {
  code: "custom";
  message: string;
  path: (string | number)[];
  params: { cure: string; at: "key" | "value" };
} {
  return {
    code: "custom",
    message: finding.message,
    path,
    params: { cure: finding.cure, at },
  };
}
