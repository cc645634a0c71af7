import assert from "node:assert/strict";
import { citedPaths } from "./cited-paths";

/**
 * Asserts that a source is an https address, or a repository and paths that stand in it:
 * `apache/mesos docs/upgrades.md, ...`; our own folders are named `mesos-matrix simulator/...`.
 */
export function assertSource(source: string): void {
  if (source.startsWith("https://")) {
    assert.ok(URL.canParse(source) && !/\s/.test(source), source);
    return;
  }
  const [, repository = "", paths = ""] = /^([\w.-]+\/[\w.-]+|mesos-matrix) (.+)$/.exec(source) ?? [];
  const known = citedPaths[repository];
  assert.ok(known !== undefined, `no repository that is known in: ${source}`);
  for (const path of paths.split(", ")) {
    assert.ok(known.includes(path), `${repository} ${path} was looked up by nobody (cited-paths.ts)`);
  }
}
