import { absoluteId, appFindings } from "./apps";
import type { Fault } from "./fault";
import { ConfigError } from "./problem";
import { readSource } from "./source";
import type { AppSpec, ClusterSpec, JsonObject } from "./spec";
import { isMapping } from "./view";
import { show } from "./wording";

/** Puts what the files of `apps:` hold in their place. Throws ConfigError with every problem of each file. */
export function withAppFiles(spec: ClusterSpec, read: (file: string) => string): ClusterSpec {
  if (spec.apps.every((app) => "definition" in app)) return spec;
  const seen = new Map<string, string>();
  const apps = spec.apps.map((app): AppSpec => {
    const definition = "definition" in app ? app.definition : definitionIn(app.file, read(app.file));
    const where = "definition" in app ? "the cluster" : app.file;
    const id = absoluteId(typeof definition.id === "string" ? definition.id : "/");
    const other = seen.get(id);
    if (other !== undefined) {
      throw problem(where, `the app ${show(id)} stands in ${other} too`, "give each an id of its own");
    }
    seen.set(id, where);
    return { definition };
  });
  return { ...spec, apps };
}

function definitionIn(file: string, text: string): JsonObject {
  const source = readSource(text, file);
  const { value } = source;
  if (!isMapping(value)) {
    throw problem(
      file,
      `${show(value)} stands here, but an app or a group must be an object`,
      'write {"id": "/web", ...}',
    );
  }
  const faults = appFindings(value).map(({ path, at, finding }): Fault => ({ path, at, ...finding }));
  if (source.faults.length + faults.length > 0) {
    throw new ConfigError(source.problems([...source.faults, ...faults]));
  }
  return value as JsonObject;
}

function problem(file: string, message: string, cure: string): ConfigError {
  return new ConfigError([{ place: { file, line: 1, column: 1 }, path: "apps", message, cure }]);
}
