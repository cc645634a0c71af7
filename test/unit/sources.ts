import assert from "node:assert/strict";

/** Top folders and files of the repositories that sources name. */
const PATHS =
  /^(?:3rdparty|bin|docs|Dockerfile|examples|include|mesos|project|records|simulator|site|src|support|changelog\.md|README\.md)(?:\/[\w.{},-]+)*$/;

/** Asserts that a source is an https address, or a repository and paths in it: `apache/mesos docs/upgrades.md, ...`. */
export function assertSource(source: string): void {
  if (source.startsWith("https://")) {
    assert.ok(URL.canParse(source) && !/\s/.test(source), source);
    return;
  }
  const [, repository, paths = ""] = /^([\w.-]+\/[\w.-]+|mesos-matrix) (.+)$/.exec(source) ?? [];
  assert.ok(repository !== undefined, `no repository in: ${source}`);
  for (const path of paths.split(", ")) assert.match(path, PATHS, source);
  if (repository === "apache/mesos") {
    assert.match(paths, /^(?:3rdparty|docs|include|src|support)\//, `no folder of Mesos in: ${source}`);
  }
}
