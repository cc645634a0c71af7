import { z } from "zod";
import { appFindings } from "./apps";
import { marathonEnvNameRule } from "./env-names";
import type { Rule } from "./fault";
import { countSchema, envSchema, flagsSchema } from "./field-schemas";
import { customIssue, field, ruled } from "./hints";
import { ownImageSchema, type OwnImageInput } from "./image-schema";
import { filePathRule, processTextRule } from "./rules";
import {
  domainRule,
  groupNameRule,
  loadBalancerImageRule,
  loadBalancerModeRule,
  loadBalancerVersionRule,
  marathonCountRule,
  marathonImageRule,
  marathonVersionRule,
  mesosDnsImageRule,
  mesosDnsVersionRule,
} from "./service-rules";

/** The image of a program other than Mesos: the name of a source, or one of the user's own. */
function imageOf(
  rule: Rule<string>,
  wanted: string,
  example: string,
  program: string,
): z.ZodType<ImageInput> {
  return field(z.union([ruled(z.string(), rule), ownImageSchema(program)]), { wanted, example });
}

/** An image as a user writes it: the name of a source, or one of the user's own. */
export type ImageInput = string | OwnImageInput;

const marathonVersion = field(ruled(z.string(), marathonVersionRule), {
  wanted: "a Marathon version in quotes, such as 1.8.222",
  example: '"1.8.222"',
});

const mesosDnsVersion = field(ruled(z.string(), mesosDnsVersionRule), {
  wanted: "a Mesos-DNS version in quotes, such as 0.6.0",
  example: '"0.6.0"',
});

const loadBalancerVersion = field(ruled(z.string(), loadBalancerVersionRule), {
  wanted: "a version of HAProxy or marathon-lb in quotes",
  example: '"2.6"',
});

/** `marathon:`, one version or a mapping. */
export const marathonSchema = field(
  z.union([
    marathonVersion,
    z.strictObject({
      count: countSchema(marathonCountRule, "2").optional(),
      version: marathonVersion.optional(),
      image: imageOf(
        marathonImageRule,
        "an image source such as simulator or mesosphere",
        "simulator",
        "marathon",
      ).optional(),
      flags: flagsSchema.optional(),
      env: envSchema(marathonEnvNameRule).optional(),
    }),
  ]),
  {
    wanted: "a Marathon version in quotes, or its version, count and image",
    example: '{ version: "1.8.222", count: 2 }',
  },
);

/** `mesosDns:`, one version or a mapping. */
export const mesosDnsSchema = field(
  z.union([
    mesosDnsVersion,
    z.strictObject({
      version: mesosDnsVersion.optional(),
      image: imageOf(mesosDnsImageRule, "an image source: go or mesosphere", "go", "mesos-dns").optional(),
      domain: field(ruled(z.string(), domainRule), {
        wanted: "the domain of the names, such as mesos",
        example: "mesos",
      }).optional(),
      // Keys and values are checked for the version (mesos-dns-config.ts).
      config: field(z.record(z.string(), z.json()), {
        wanted: "a mapping from keys of Mesos-DNS to values",
        example: "{ refreshSeconds: 5 }",
      }).optional(),
    }),
  ]),
  { wanted: "a Mesos-DNS version in quotes, or its version and domain", example: '"0.6.0"' },
);

/** `loadBalancer:`, one version or a mapping. */
export const loadBalancerSchema = field(
  z.union([
    loadBalancerVersion,
    balancerRules(
      z.strictObject({
        version: loadBalancerVersion.optional(),
        image: imageOf(
          loadBalancerImageRule,
          "an image source: haproxy or marathon-lb",
          "haproxy",
          "marathon-lb",
        ).optional(),
        groups: field(
          z.array(
            field(ruled(z.string(), groupNameRule), {
              wanted: "a value of the label HAPROXY_GROUP",
              example: "external",
            }),
          ),
          { wanted: "a list of values of the label HAPROXY_GROUP", example: "[external]" },
        ).optional(),
        mode: field(ruled(z.string(), loadBalancerModeRule), {
          wanted: "events or poll",
          example: "events",
        }).optional(),
        command: field(
          z.array(field(ruled(z.string(), processTextRule), { wanted: "a word", example: "-v" })),
          {
            wanted: "a list of words for an image of your own",
            example: '["--marathon", "${MESOS_MATRIX_MARATHON}"]',
          },
        ).optional(),
      }),
    ),
  ]),
  { wanted: "a mapping, or a version in quotes", example: "{ image: haproxy }" },
);

/** What reads its own words decides by itself which apps it serves, and how. */
function balancerRules<S extends z.ZodObject<Record<"image" | "groups" | "mode" | "command", z.ZodType>>>(
  schema: S,
): S {
  return schema.superRefine(({ image, command, ...rest }, context) => {
    if (command === undefined || context.issues.length > 0) return;
    if (typeof image !== "object") {
      const message = "command: is for an image of your own, and this one is ours or mesosphere's";
      context.addIssue(customIssue({ message, cure: "take command: out, or name your image" }, ["command"]));
    }
    for (const key of ["groups", "mode"] as const) {
      if (rest[key] === undefined) continue;
      const message = `with command: nobody is told of ${key}:`;
      context.addIssue(customIssue({ message, cure: "say it in the words of command:" }, [key]));
    }
  });
}

/** `apps:`: Marathon's own JSON as YAML, or files that hold it. */
export const appsSchema = field(
  z.array(
    field(
      z
        .looseObject({
          file: field(ruled(z.string(), filePathRule), {
            wanted: "the path of a file with an app or a group in JSON",
            example: "apps/web.json",
          }).optional(),
        })
        .superRefine((app, context) => {
          for (const { finding, path, at } of appFindings(app)) {
            context.addIssue(customIssue(finding, path, at));
          }
        }),
      {
        wanted: "an app or a group as Marathon takes it, or { file: PATH } of one in JSON",
        example: "{ id: /web, cmd: ./serve, instances: 3 }",
      },
    ),
  ),
  { wanted: "a list of apps or groups of Marathon", example: "[{ id: /web, cmd: ./serve }]" },
);
