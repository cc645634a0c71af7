import { nearestOf } from "../../config/nearest";
import { SLIPS } from "../../config/oracle/known-flags";
import { flagSubject, variableSubject } from "./flag-topic";
import { imageSubject } from "./image-topic";
import {
  dangerSubject,
  endpointSubject,
  loadBalancerSubject,
  marathonSubject,
  mesosDnsSubject,
  metricSubject,
  ruleSubject,
  zookeeperSubject,
} from "./other-topics";
import type { Subject, Topic } from "./topic";
import { versionSubject } from "./version-topic";

const subjects: readonly Subject[] = [
  ...[flagSubject, variableSubject, ruleSubject, dangerSubject, versionSubject, imageSubject],
  ...[
    endpointSubject,
    metricSubject,
    marathonSubject,
    mesosDnsSubject,
    zookeeperSubject,
    loadBalancerSubject,
  ],
];

/** The kinds that may stand before a word with a colon: `marathon:1.4`. */
export const topicKinds: readonly string[] = subjects.map(({ kind }) => kind);

/** Everything that a word means: several topics where it is ambiguous, none where it is nothing that is known. */
export function topicsOf(word: string): Topic[] {
  const [, kind = "", rest = ""] = /^([a-z-]+):(.+)$/s.exec(word) ?? [];
  const chosen = subjects.filter((subject) => subject.kind === kind);
  const asked = chosen.length === 0 ? subjects : chosen;
  return asked.flatMap((subject) => subject.find(chosen.length === 0 ? word : rest) ?? []);
}

/** The names nearest to a word that means nothing, with their kinds, the nearest first. */
export function nearTopics(word: string): { kind: string; name: string }[] {
  const bare = word.replace(/^-+|^MESOS_/i, "");
  const slip = SLIPS[bare.toLowerCase()];
  const all = subjects.flatMap(({ kind, names }) => names().map((name) => ({ kind, name })));
  const near = nearestOf(
    bare,
    all.map(({ name }) => name),
    4,
  );
  return [...(slip === undefined ? [] : [slip]), ...near.filter((name) => name !== slip)].flatMap((name) => {
    const kind = all.find((one) => one.name === name)?.kind;
    return kind === undefined ? [] : [{ kind, name }];
  });
}
