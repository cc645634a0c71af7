import { z } from "zod";
import { clusterSchema, nameSchema } from "./cluster-schema";
import { durationSchema, envSchema } from "./field-schemas";
import { referenceRule } from "./docker-names";
import { testEnvNameRule } from "./env-names";
import type { Finding, Rule } from "./fault";
import { field, ruled } from "./hints";
import type { Hint } from "./hints";
import { apiVersionRule, processTextRule } from "./rules";
import { show, yamlText } from "./wording";

const anyMapping = z.record(z.string(), z.unknown());

const header = (kind: "Cluster" | "Matrix") => ({
  apiVersion: field(ruled(z.string(), apiVersionRule), {
    wanted: "the version of this file format",
    example: "mesos-matrix/v1",
    editor: { const: "mesos-matrix/v1" },
  }),
  kind: field(ruled(z.string(), kindRule(kind)), {
    wanted: "what the file describes",
    example: kind,
    editor: { const: kind },
  }),
  name: nameSchema.optional(),
});

const cells = field(
  z.array(field(anyMapping, { wanted: "a mapping from axes to values", example: '{ mesos: "1.11.0" }' })),
  { wanted: "a list of mappings from axes to values", example: '[{ mesos: "1.11.0" }]' },
);

const word = field(ruled(z.string(), processTextRule), {
  wanted: "text, in quotes where YAML would read something else",
  example: "node",
});

const testSchema = field(
  z.strictObject({
    command: field(ruled(z.array(word), commandRule), {
      wanted: "a list of words, the program and its arguments, since no shell reads it",
      example: "[node, my-test.js]",
      cureFor: listOfWords,
    }),
    image: field(ruled(z.string(), referenceRule), {
      wanted: "the name of a Docker image, in a container of which the command then runs",
      example: "node:24",
    }).optional(),
    timeout: durationSchema("10m").optional(),
    junit: field(ruled(z.string(), junitGlobRule), {
      wanted: "a pattern of files below the folder MESOS_MATRIX_OUT",
      example: '"junit/**/*.xml"',
    }).optional(),
    env: envSchema(testEnvNameRule).optional(),
  }),
  { wanted: "a mapping with the command", example: "{ command: [node, my-test.js] }", cureFor: commandOnly },
);

const axesHint: Hint = {
  wanted: "a mapping from what differs between the cells to its values",
  example: '{ mesos: ["1.8.0-rc3", "1.11.0"] }',
};

/** A range of versions of Mesos, where an axis sets one. */
const rangeSchema = z.strictObject({ range: z.string(), rc: z.enum(["include", "exclude"]).optional() });

const axisSchema = z.union([
  z.array(z.union([z.string(), z.number(), rangeSchema])),
  z.string().describe("a range of versions of Mesos"),
  rangeSchema,
]);

const clusterHint: Hint = { wanted: "a mapping that describes a cluster", example: '{ mesos: "1.11.0" }' };

const clusterFileHint: Hint = {
  wanted: "a mapping with the keys apiVersion, kind and cluster",
  example: "apiVersion: mesos-matrix/v1, kind: Cluster and cluster: with the cluster's keys below it",
};

const matrixFileHint: Hint = {
  wanted: "a mapping with the keys apiVersion, kind, cluster, axes and test",
  example:
    "apiVersion: mesos-matrix/v1, kind: Matrix, and cluster:, axes: and test: with their keys below them",
};

const matrixParts = { include: cells.optional(), exclude: cells.optional(), test: testSchema };

/** A file of `kind: Cluster`. */
export const clusterFileSchema = field(
  z.strictObject({ ...header("Cluster"), cluster: clusterSchema }),
  clusterFileHint,
);

/** A file of `kind: Matrix`. */
export const matrixFileSchema = field(
  z.strictObject({
    ...header("Matrix"),
    cluster: clusterSchema,
    axes: field(z.record(z.string(), axisSchema), axesHint),
    ...matrixParts,
  }),
  matrixFileHint,
);

/** A Cluster file but for the inside of the cluster, which has a check of its own. */
export const clusterFrame = field(
  z.strictObject({ ...header("Cluster"), cluster: field(anyMapping, clusterHint) }),
  clusterFileHint,
);

/** A Matrix file but for the insides of the cluster and the axes, which are checked cell by cell. */
export const matrixFrame = field(
  z.strictObject({
    ...header("Matrix"),
    cluster: field(anyMapping, clusterHint),
    axes: field(anyMapping, axesHint),
    ...matrixParts,
  }),
  matrixFileHint,
);

/** The test of a Matrix file as the schema lets it pass. */
export type TestInput = z.output<typeof testSchema>;

function kindRule(kind: string): Rule<string> {
  return (given) =>
    given === kind
      ? undefined
      : { message: `${show(given)} is no kind of file that is known here`, cure: `write kind: ${kind}` };
}

/** Cells run at once, each with an output folder of its own; anywhere else their files would be mixed up. */
function junitGlobRule(glob: string): Finding | undefined {
  if (glob !== "" && !/^(?:\/|[A-Za-z]:)|\\|\0/.test(glob) && !glob.split("/").includes(".."))
    return undefined;
  return {
    message: `${show(glob)} is no pattern of files below the folder MESOS_MATRIX_OUT, which every cell has of its own`,
    cure: 'let the test write its JUnit files there, and write junit: "**/*.xml"',
  };
}

function commandRule(command: readonly string[]): Finding | undefined {
  if (command.length > 0 && command[0] !== "") return undefined;
  return {
    message:
      command.length === 0 ? "the command is empty" : "the command's first word, the program, is empty",
    cure: "write the program and its arguments, such as command: [node, my-test.js]",
  };
}

/** A shell line as a list of words; one that needs a shell is given to a shell by name. */
function listOfWords(value: unknown): string | undefined {
  if (typeof value !== "string" || value.trim() === "" || value.length > 300) return undefined;
  const line = value.trim();
  const words = /[|&;<>$`"'\\*?(){}~#\n]/.test(line) ? ["sh", "-c", line] : line.split(/\s+/);
  return `[${words.map(yamlText).join(", ")}]`;
}

function commandOnly(value: unknown): string | undefined {
  if (Array.isArray(value)) return "{ command: [...] } with this list";
  const words = listOfWords(value);
  return words === undefined ? undefined : `{ command: ${words} }`;
}
