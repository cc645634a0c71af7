import { formatPath, type Path } from "../../config/fault";
import { readSource, type Source } from "../../config/source";
import { valueAt } from "../../config/view";
import type { ConfigError } from "../../config/problem";
import { stackKey, stackOf } from "../../config/load";
import type { Annotation } from "./report";

/** Something to say about a key of the cluster: `masters.count`. */
export interface Remark {
  readonly key: string;
  readonly level: Annotation["level"];
  readonly message: string;
}

/** Puts remarks at the lines of the file on which their keys stand; those of which no part is written are left out. */
export function annotate(text: string, file: string, remarks: readonly Remark[]): Annotation[] {
  const source = readSource(text, file);
  const prefix: Path = stackOf(file) === undefined ? ["cluster"] : ["config", stackKey];
  return remarks.flatMap(({ key, level, message }): Annotation[] => {
    const path = written(source, prefix, pathOf(key));
    if (path === undefined) return [];
    const [problem] = source.problems([{ path, at: "key", message: "", cure: "" }]);
    return problem === undefined
      ? []
      : [{ file, line: problem.place.line, level, message: `${key}: ${message}` }];
  });
}

/** The problems of a config at their places. */
export function annotateProblems({ problems }: ConfigError): Annotation[] {
  return problems.map(({ place, path, message, cure }) => ({
    file: place.file,
    line: Math.max(1, place.line),
    level: "error",
    message: `${path === "" ? "" : `${path}: `}${message}; ${cure}`,
  }));
}

/** The longest part of `path` below `prefix` that the file holds; what stands under `mesos` stands for everyone. */
function written(source: Source, prefix: Path, path: Path): Path | undefined {
  const last = path.at(-1);
  const common = last === "version" || last === "image" ? [["mesos", last], ["mesos"]] : [];
  const shorter = path.map((_, i) => path.slice(0, path.length - i));
  return [path, ...common, ...shorter]
    .map((candidate) => [...prefix, ...candidate])
    .find((candidate) => candidate.length > prefix.length && valueAt(source.value, candidate) !== undefined);
}

/** `agents[0].flags.x` as a path; the inverse of `formatPath` for keys that need no quotes. */
function pathOf(key: string): Path {
  const path = key
    .split(/[.[\]]+/)
    .filter((part) => part !== "")
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  return formatPath(path) === key ? path : path.slice(0, 1);
}
