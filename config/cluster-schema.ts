import { z } from "zod";
import { everyFlagName, type MesosRole } from "../mesos/flags";
import { allVersions } from "../mesos/versions";
import { mesosEnvNameRule } from "./env-names";
import { countSchema, durationSchema, envSchema, flagsSchema, ttlSchema } from "./field-schemas";
import { customIssue, field, ruled, ruledKeys } from "./hints";
import { mesosImageSchema, ownImageSchema } from "./image-schema";
import { commitFaults, commitRule } from "./mesos-commit";
import { nameRule } from "./name";
import { attributeNameRule, attributeValueRule, resourcesRule } from "./resources";
import { findDanger } from "../mesos/dangers";
import { allRules, findRule, ruleIdRule } from "./oracle/rules";
import { registrySchema } from "./registry";
import { targetSchema } from "./target-schema";
import {
  agentGroupsRule,
  agentsCountRule,
  containerizersRule,
  dangerIdRule,
  mastersCountRule,
  mesosVersionRule,
  MOST_AGENTS,
  MOST_GROUPS,
  timingsRule,
  zookeeperCountRule,
  zookeeperVersionRule,
} from "./rules";
import { appsSchema, loadBalancerSchema, marathonSchema, mesosDnsSchema } from "./service-schemas";

const version = field(ruled(z.string(), mesosVersionRule), {
  wanted: "a Mesos version in quotes, such as 1.11.0 or 1.8.0-rc3",
  example: '"1.11.0"',
  editor: { enum: allVersions().map(({ tag }) => tag) },
});

const zookeeperVersion = field(ruled(z.string(), zookeeperVersionRule), {
  wanted: "a ZooKeeper version in quotes, such as 3.8 or 3.9.5",
  example: '"3.8"',
  editor: { pattern: "^3\\.\\d{1,2}(?:\\.\\d{1,2})?$" },
});

const few = { minimum: 1, maximum: 5 };

/** Flags of masters, agents or both; names and values are checked for every version (flag-check.ts). */
const mesosFlags = (...roles: readonly MesosRole[]): typeof flagsSchema =>
  field(flagsSchema, {
    wanted: "a mapping from flags of Mesos to values",
    example: "{ zk_session_timeout: 2secs }",
    editor: { propertyNames: { enum: [...new Set(roles.flatMap(everyFlagName))] } },
  });

export const nameSchema = field(ruled(z.string(), nameRule), {
  wanted: "a name of a-z, 0-9 and hyphens",
  example: "my-cluster",
  editor: { pattern: "^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$" },
});

/** What a user may write of a cluster, before defaults: the keys of `cluster:` and of `mesos-matrix:cluster`. */
export const clusterSchema = field(
  z.strictObject({
    name: nameSchema.optional(),
    target: targetSchema.optional(),
    registry: registrySchema.optional(),
    mesos: field(
      z.union([
        version,
        z
          .strictObject({
            version: version.optional(),
            image: mesosImageSchema.optional(),
            commit: field(ruled(z.string(), commitRule), {
              wanted: "a commit of Mesos in quotes, 7 to 40 digits of its hash",
              example: '"c1b42f79d157"',
            }).optional(),
            base: version.optional(),
          })
          .superRefine((mesos, context) => {
            if (context.issues.length > 0) return;
            for (const { finding, path } of commitFaults(mesos)) context.addIssue(customIssue(finding, path));
          }),
      ]),
      {
        wanted: "a Mesos version in quotes, or its version and image",
        example: '{ version: "1.11.0", image: mesosphere }',
      },
    ).optional(),
    zookeeper: field(
      z.union([
        zookeeperVersion,
        z.strictObject({
          count: countSchema(zookeeperCountRule, "1", few).optional(),
          version: zookeeperVersion.optional(),
          image: ownImageSchema("zookeeper").optional(),
        }),
      ]),
      {
        wanted: "the count and version of the ZooKeeper servers, or a version in quotes",
        example: "{ count: 1 }",
      },
    ).optional(),
    masters: field(
      z.strictObject({
        count: countSchema(mastersCountRule, "3", few).optional(),
        version: version.optional(),
        image: mesosImageSchema.optional(),
        flags: mesosFlags("master").optional(),
        env: envSchema(mesosEnvNameRule).optional(),
      }),
      { wanted: "a mapping with the masters' count", example: "{ count: 1 }", cureFor: countCure },
    ).optional(),
    agents: field(
      ruled(
        z.array(
          field(
            z.strictObject({
              count: countSchema(agentsCountRule, "2", { minimum: 1, maximum: MOST_AGENTS }).optional(),
              version: version.optional(),
              image: mesosImageSchema.optional(),
              resources: field(ruled(z.string(), resourcesRule), {
                wanted: "the resources of each agent, in quotes",
                example: '"cpus:1;mem:512"',
              }).optional(),
              attributes: field(
                ruledKeys(
                  field(ruled(z.string(), attributeValueRule), {
                    wanted: "text, in quotes where YAML would read something else",
                    example: "a",
                  }),
                  attributeNameRule,
                ),
                { wanted: "a mapping from names to text", example: "{ rack: a }" },
              ).optional(),
              containerizers: field(ruled(z.string(), containerizersRule), {
                wanted: "how tasks are contained: mesos, or docker,mesos",
                example: '"docker,mesos"',
              }).optional(),
              flags: mesosFlags("agent").optional(),
              env: envSchema(mesosEnvNameRule).optional(),
            }),
            { wanted: "a mapping with the group's count", example: "{ count: 1 }", cureFor: countCure },
          ),
        ),
        agentGroupsRule,
      ),
      {
        wanted: "a list of groups of agents",
        example: "[{ count: 2 }]",
        cureFor: groupsCure,
        editor: { minItems: 1, maxItems: MOST_GROUPS },
      },
    ).optional(),
    marathon: marathonSchema.optional(),
    mesosDns: mesosDnsSchema.optional(),
    loadBalancer: loadBalancerSchema.optional(),
    apps: appsSchema.optional(),
    appsTimeout: durationSchema("5m").optional(),
    flags: mesosFlags("master", "agent").optional(),
    timings: field(ruled(z.string(), timingsRule), {
      wanted: "default or fast",
      example: "fast",
      editor: { enum: ["default", "fast"] },
    }).optional(),
    allow: field(
      z.array(
        field(ruled(z.string(), ruleIdRule), {
          wanted: "the id of a rule",
          example: "agent-newer-than-master",
          editor: { enum: allRules().map(({ id }) => id) },
        }),
      ),
      {
        wanted: "a list of rules that do not count",
        example: "[agent-newer-than-master]",
        cureFor: allowCure,
      },
    ).optional(),
    confirm: field(
      z.array(
        field(ruled(z.string(), dangerIdRule), { wanted: "the id of a danger", example: "tasks-lost" }),
      ),
      {
        wanted: "a list of dangers that a change may bring",
        example: "[tasks-lost]",
        cureFor: confirmCure,
      },
    ).optional(),
    readyTimeout: durationSchema("2m").optional(),
    ttl: ttlSchema.optional(),
  }),
  { wanted: "a mapping that describes a cluster", example: '{ mesos: "1.11.0" }' },
);

/** A cluster as the schema lets it pass. */
export type ClusterInput = z.output<typeof clusterSchema>;

function countCure(value: unknown): string | undefined {
  return typeof value === "number" ? `{ count: ${value} }` : undefined;
}

function confirmCure(value: unknown): string | undefined {
  return typeof value === "string" && findDanger(value) !== undefined ? `[${value}]` : undefined;
}

function allowCure(value: unknown): string | undefined {
  return typeof value === "string" && findRule(value) !== undefined ? `[${value}]` : undefined;
}

function groupsCure(value: unknown): string | undefined {
  if (typeof value === "number") return `[{ count: ${value} }]`;
  const isMapping = typeof value === "object" && value !== null && !Array.isArray(value);
  return isMapping ? "a list: put - before the group's first key" : undefined;
}
