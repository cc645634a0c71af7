import { looksLikeRange, parseRange, versionsIn } from "../mesos/ranges";
import { nearestVersions } from "../mesos/versions";
import type { Finding, Path } from "./fault";
import { isMapping } from "./view";
import { oneOf, show } from "./wording";

const EXAMPLE = '">=1.4 <1.8 latest-patch"';

/** The versions that a range on an axis means, at its place below the axis. */
export interface ExpandedRange {
  readonly path: Path;
  readonly versions: readonly string[];
}

/** What is wrong with a range, at its place below the axis. */
export interface RangeFault {
  readonly path: Path;
  readonly finding: Finding;
}

/** Whether the axis sets versions of Mesos and nothing else; only there a text may be a range. */
export function takesVersions(targets: readonly Path[]): boolean {
  const mesos = ["mesos", "masters", "agents"];
  return (
    targets.length > 0 &&
    targets.every((path) => path.at(-1) === "version" && mesos.includes(String(path[0])))
  );
}

/** Whether a value is meant as a range: `">=1.4 <1.8"`, or a mapping. */
export function isRange(value: unknown): boolean {
  if (isMapping(value)) return "range" in value || "rc" in value;
  return typeof value === "string" && looksLikeRange(value);
}

/** The versions of a range: text, or `{ range: ">=1.4", rc: include }` with the candidates. */
export function expandRange(value: unknown): ExpandedRange | RangeFault {
  if (typeof value === "string") return expand(value, false, []);
  const { range, rc, ...others } = isMapping(value) ? value : {};
  const stray = Object.keys(others)[0];
  if (stray !== undefined) {
    const message = `${show(stray)} is no key of a range`;
    return found([stray], message, `write { range: ${EXAMPLE}, rc: include }`);
  }
  if (typeof range !== "string") {
    const message = `${show(range)} stands here, but a range must be text`;
    return found(["range"], message, `write range: ${EXAMPLE}`);
  }
  if (rc !== undefined && rc !== "include" && rc !== "exclude") {
    const message = `${show(rc)} says not whether candidates belong to the range`;
    return found(["rc"], message, "write rc: include, or leave it out for releases only");
  }
  return expand(range, rc === "include", ["range"]);
}

function expand(text: string, candidates: boolean, path: Path): ExpandedRange | RangeFault {
  const range = parseRange(text);
  if ("wrong" in range) {
    const version = /\d+\.\d+(?:\.\d+)?(?:-rc\d+)?$/.exec(range.wrong)?.[0];
    const near = nearestVersions(/^\d+\.\d+$/.test(version ?? "") ? `${version ?? ""}.0` : (version ?? ""));
    return version === undefined
      ? found(
          path,
          `${show(range.wrong)} is no part of a range: bounds such as >=1.4, and latest-patch`,
          `write it like ${EXAMPLE}`,
        )
      : found(
          path,
          `${show(range.wrong)} names a version that Mesos never had (tags of apache/mesos)`,
          `the nearest are ${oneOf(near)}`,
        );
  }
  const versions = versionsIn(range, { candidates });
  if (versions.length > 0) return { path, versions };
  const bound = /\d+\.\d+(?:\.\d+)?(?:-rc\d+)?/.exec(text)?.[0] ?? "";
  const near = nearestVersions(/^\d+\.\d+$/.test(bound) ? `${bound}.0` : bound);
  const hint = candidates ? "" : "; candidates belong to a range only with rc: include";
  const what = candidates ? "release or candidate" : "release";
  return found(
    path,
    `no ${what} of Mesos is in the range ${show(text)}${hint}`,
    `widen it: the versions near ${bound} are ${oneOf(near)}`,
  );
}

function found(path: Path, message: string, cure: string): RangeFault {
  return { path, finding: { message, cure } };
}
