import type { Finding } from "../fault";
import { nearest } from "../nearest";
import { show } from "../wording";
import { environmentRules } from "./environment";
import { hostRules } from "./host";
import { imageRules } from "./images";
import { pairRules } from "./pairs";
import { quorumRules } from "./quorum";
import type { ClusterRule, RuleInfo } from "./rule";
import { serviceRules } from "./services";
import { skewRules } from "./skew";
import { zookeeperRules } from "./zookeeper";

/** The rules over a cluster, in the order in which their findings are told. */
export const clusterRules: readonly ClusterRule[] = [
  ...skewRules,
  ...quorumRules,
  ...zookeeperRules,
  ...environmentRules,
  ...imageRules,
  ...hostRules,
  ...serviceRules,
];

/** Every rule, also the ones over two parts of a cluster, sorted by id. */
export function allRules(): readonly RuleInfo[] {
  const checked = new Set(clusterRules.map(({ id }) => id));
  const others = pairRules.filter(({ id }) => !checked.has(id));
  return [...clusterRules, ...others].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The rule with this id, or undefined. */
export function findRule(id: string): RuleInfo | undefined {
  return allRules().find((rule) => rule.id === id);
}

/** An entry of `allow` must be the id of a rule. */
export function ruleIdRule(id: string): Finding | undefined {
  if (findRule(id) !== undefined) return undefined;
  const near = nearest(
    id,
    allRules().map((rule) => rule.id),
  );
  return {
    message: `${show(id)} is no rule`,
    cure: near === undefined ? "write the id that a refusal names after allow:" : `did you mean ${near}?`,
  };
}
