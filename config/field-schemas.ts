import { z } from "zod";
import { durationRule, ttlRule } from "./duration";
import { envNameRule } from "./env-names";
import type { Rule } from "./fault";
import { customIssue, field, ruled, ruledKeys } from "./hints";
import type { Hint } from "./hints";
import { filePathRule, processTextRule } from "./rules";

/** Where a value that must never be printed is read. */
export const secretSchema = field(
  z
    .strictObject({
      env: field(ruled(z.string(), envNameRule), {
        wanted: "the name of an environment variable",
        example: "MY_PASSWORD",
      }).optional(),
      file: field(ruled(z.string(), filePathRule), {
        wanted: "the path of a file",
        example: "password.txt",
      }).optional(),
    })
    .superRefine((value, context) => {
      const given = Object.values(value).filter((part) => part !== undefined).length;
      if (given === 1 || context.issues.length > 0) return;
      const message = given === 0 ? "the secret says not where to read it" : "the secret is given twice";
      context.addIssue(customIssue({ message, cure: "write either env: NAME or file: PATH" }));
    }),
  { wanted: "a place to read the secret from", example: "{ env: MY_PASSWORD }" },
);

const envValue = field(
  z.union([ruled(z.string(), processTextRule), z.strictObject({ secret: secretSchema })]),
  {
    wanted: "text, in quotes where YAML would read something else, or { secret: { env: NAME } }",
    example: '"some text"',
  },
);

const flagValue = field(
  z.union([
    ruled(z.string(), processTextRule),
    z.number(),
    z.boolean(),
    z
      .strictObject({
        file: field(ruled(z.string(), filePathRule), {
          wanted: "the path of a file",
          example: "acls.json",
        }).optional(),
        secret: secretSchema.optional(),
      })
      .superRefine((value, context) => {
        const given = Object.values(value).filter((part) => part !== undefined).length;
        if (given === 1 || context.issues.length > 0) return;
        const message = given === 0 ? "the flag has no value" : "the flag has two values";
        context.addIssue(customIssue({ message, cure: "write either file: PATH or secret: { ... }" }));
      }),
  ]),
  {
    wanted: "a value as Mesos reads it, or { file: PATH }, or { secret: { file: PATH } }",
    example: "10secs",
  },
);

/** Flags by name. */
export const flagsSchema = field(z.record(z.string(), flagValue), {
  wanted: "a mapping from flags of Mesos to values",
  example: "{ zk_session_timeout: 2secs }",
});

/** A whole number that passes `rule`. */
export const countSchema = (rule: Rule<number>, example: string, editor: Hint["editor"] = {}): z.ZodInt =>
  field(ruled(z.int(), rule), { wanted: `a whole number such as ${example}`, example, editor });

/** A mapping from environment names, which pass `rule`, to text or to the place of a secret. */
export const envSchema = (rule: Rule<string>): z.ZodRecord<z.ZodString, typeof envValue> =>
  field(ruledKeys(envValue, rule), {
    wanted: "a mapping from names to text",
    example: '{ MESOS_LOGGING_LEVEL: "WARNING" }',
  });

/** How long a cluster may live, with its unit. */
export const ttlSchema = field(ruled(z.string(), ttlRule), {
  wanted: "how long the cluster may live, with its unit, such as 8h",
  example: "8h",
});

/** A time with its unit. */
export const durationSchema = (example: string): z.ZodString =>
  field(ruled(z.string(), durationRule), {
    wanted: "a time with its unit, such as 30s, 2m or 1h",
    example,
    editor: { pattern: "^(?=\\d)(?:\\d{1,6}h)?(?:\\d{1,6}m)?(?:\\d{1,6}s)?$" },
  });
