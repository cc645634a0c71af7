import { formatPath } from "../fault";
import type { Fault, Path } from "../fault";
import type { ClusterSpec, RuleNote } from "../spec";
import { isMapping, valueAt } from "../view";
import type { View } from "../view";
import { printable } from "../wording";
import { clusterRules } from "./rules";
import type { ClusterRule, Hit, HostFacts } from "./rule";

/** What the rules say of a cluster. */
export interface Review {
  /** Why it is not to be started. */
  readonly refused: readonly RuleNote[];
  /** Warnings, what nobody knows, and every finding that `allow` lets pass. */
  readonly warnings: readonly RuleNote[];
}

/** Parts with a short form (`marathon: "1.8.222"`) that say nothing of the others. */
const ALONE = ["zookeeper", "marathon", "mesosDns", "loadBalancer"];

/** How a finding that `allow` lets pass begins in every report. */
export const ALLOWED = "allowed: ";

/** Holds a cluster against every rule. `host` adds what is known of the machine; nothing is assumed without it. */
export function reviewCluster(spec: ClusterSpec, host: HostFacts = {}): Review {
  const notes = findings(spec, host).map(({ rule, hit }) => noteOf(rule, hit, spec));
  return {
    refused: notes.filter(({ verdict, allowed }) => verdict === "refuse" && !allowed),
    warnings: notes.filter(({ verdict, allowed }) => verdict !== "refuse" || allowed),
  };
}

/** The refusals of a cluster as faults of the document in which `view` is the cluster. */
export function refusals(spec: ClusterSpec, view: View): Fault[] {
  return findings(spec, {}).flatMap(({ rule, hit }): Fault[] => {
    if (rule.verdict !== "refuse" || spec.allow.includes(rule.id)) return [];
    const { message, cure } = noteOf(rule, hit, spec);
    return [{ path: view.toDocument(writtenAt(view.value, hit.path)), at: hit.at ?? "value", message, cure }];
  });
}

/** A finding on one line: `agents[0].version: why: the fact (source); cure, or allow: [rule]`. */
export function noteLine({ rule, path, message, cure, allowed }: RuleNote): string {
  return printable(allowed ? `${ALLOWED}${path}: ${message} (rule ${rule})` : `${path}: ${message}; ${cure}`);
}

function findings(spec: ClusterSpec, host: HostFacts): { rule: ClusterRule; hit: Hit }[] {
  return clusterRules.flatMap((rule) => rule.check(spec, host).map((hit) => ({ rule, hit })));
}

function noteOf({ id, verdict, fact, source }: ClusterRule, hit: Hit, spec: ClusterSpec): RuleNote {
  return {
    rule: id,
    verdict,
    path: formatPath(hit.path),
    message: `${hit.why}: ${fact} (${source})`,
    cure: `${hit.cure}, or allow: [${id}]`,
    allowed: spec.allow.includes(id),
  };
}

/** Where the user wrote what a path of the spec holds: a version or image may stand under `mesos` for everyone. */
function writtenAt(cluster: unknown, path: Path): Path {
  if (valueAt(cluster, path) !== undefined) return path;
  const last = path.at(-1);
  if (ALONE.includes(String(path[0]))) return path.slice(0, 1);
  if (last !== "version" && last !== "image") return path;
  const mesos = valueAt(cluster, ["mesos"]);
  if (isMapping(mesos) && mesos[last] !== undefined) return ["mesos", last];
  return mesos === undefined ? path : ["mesos"];
}
