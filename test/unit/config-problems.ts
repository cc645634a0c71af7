import assert from "node:assert/strict";
import { parseCluster } from "../../config/cluster-file";
import { parseMatrix } from "../../config/matrix";
import { ConfigError } from "../../config/problem";
import type { Problem } from "../../config/problem";
import type { ClusterSpec, MatrixSpec } from "../../config/spec";
import { parseStackConfig } from "../../config/stack";

/** Marks, in a test's YAML, where a problem is expected; it is taken out before the text is read. */
const MARK = "«";

export const KEY = "mesos-matrix:cluster";

export function cluster(text: string, defaultName = "test"): ClusterSpec {
  return parseCluster(text, "cluster.yaml", { defaultName });
}

export function matrix(text: string): MatrixSpec {
  return parseMatrix(text, "matrix.yaml");
}

export function stack(text: string, decrypted?: unknown): ClusterSpec {
  return parseStackConfig(text, "Pulumi.dev.yaml", { key: KEY, decrypted, name: "dev" });
}

/** The problems that `read` refuses a text with. */
export function refusals(read: () => unknown): readonly Problem[] {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return assert.fail("nothing was refused");
}

/** What one problem must look like; its place is where MARK stands in the text. */
export interface Expected {
  readonly path?: string;
  readonly message: RegExp;
  readonly cure: RegExp;
}

/** Reads a text that holds one mark, and asserts that it has one problem: this one, at the mark. */
export function assertRefused(read: (text: string) => unknown, marked: string, expected: Expected): void {
  const before = marked.slice(0, marked.indexOf(MARK)).split("\n");
  const problems = refusals(() => read(marked.replace(MARK, "")));
  assert.equal(problems.length, 1, `one problem is expected:\n${new ConfigError(problems).message}`);
  const [problem] = problems;
  assert.ok(problem !== undefined);
  assert.match(problem.message, expected.message);
  assert.match(problem.cure, expected.cure);
  if (expected.path !== undefined) assert.equal(problem.path, expected.path);
  assert.equal(
    `${problem.place.line}:${problem.place.column}`,
    `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`,
    `the place of: ${problem.message}`,
  );
}

/** The keys of a cluster as a Cluster file. */
export function clusterFile(keys: string): string {
  return `apiVersion: mesos-matrix/v1\nkind: Cluster\ncluster:\n${indent(keys, 2)}\n`;
}

/** The keys of a cluster as a Matrix file with one axis that the cluster's own keys do not touch. */
export function matrixFile(
  keys: string,
  rest = 'axes: { masters.env.AXIS: [a] }\ntest: { command: ["true"] }',
): string {
  return `apiVersion: mesos-matrix/v1\nkind: Matrix\ncluster:\n${indent(keys, 2)}\n${rest}\n`;
}

/** The keys of a cluster as a stack's config. */
export function stackFile(keys: string): string {
  return `config:\n  ${KEY}:\n${indent(keys, 4)}\n`;
}

function indent(text: string, by: number): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? line : " ".repeat(by) + line))
    .join("\n");
}
