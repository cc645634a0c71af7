import { majorityOf } from "../../../mesos/majority";
import { findVersion } from "../../../mesos/versions";
import { admitsAgent } from "../../../mesos/wire";
import { isDown, type NodeEvidence } from "../evidence";
import { firstLine, ofRole, type Cause } from "./cause";

/** What keeps processes that run from being a cluster. */
export const clusterCauses: readonly Cause[] = [
  {
    id: "old-agent",
    title: "an agent that is too old for its master",
    source:
      "apache/mesos src/master/constants.hpp, src/master/master.cpp: MINIMUM_AGENT_VERSION 1.0.0 from 1.2.1 on",
    find: (evidence) => {
      const said = firstLine(ofRole(evidence, "master"), /Ignoring .*registration/);
      const refuses = ofRole(evidence, "master").find(({ version }) => isKnown(version));
      const by = said?.node.version ?? refuses?.version;
      const ignored = ofRole(evidence, "agent").find(
        ({ version, metrics }) =>
          isKnown(version) && isKnown(by) && !admitsAgent(by, version) && metrics["slave/registered"] !== 1,
      );
      if (by === undefined || ignored === undefined) return undefined;
      return `${ignored.plan.key} of Mesos ${ignored.version ?? ""} is ignored by masters of ${by}, which take no agent older than 1.0.0 and never answer it; use a newer agent, or masters up to 1.2.0`;
    },
  },
  {
    id: "quorum",
    title: "a quorum that does not fit the number of masters",
    source: "apache/mesos docs/operational-guide.md, src/log/recover.cpp",
    find: (evidence) => {
      if (evidence.up.kind !== "not-ready") return undefined;
      const masters = ofRole(evidence, "master");
      const majority = majorityOf(masters.length);
      const wrong = masters.find((node) => (quorumOf(node) ?? majority) !== majority);
      if (wrong === undefined) return undefined;
      const quorum = quorumOf(wrong) ?? 0;
      const why =
        quorum > masters.length
          ? "so no leading master can recover its registry"
          : "so the replicated log waits for masters that do not exist, or is split";
      return `${wrong.plan.key} runs with quorum ${quorum} where ${masters.length} ${masters.length === 1 ? "master needs" : "masters need"} ${majority}, ${why}; write ${majority}`;
    },
  },
  {
    id: "zookeeper-down",
    title: "ZooKeeper without a majority of its servers",
    source: "ZooKeeper administrator's guide; apache/mesos docs/high-availability.md",
    find: (evidence) => {
      const servers = ofRole(evidence, "zookeeper");
      const down = servers.filter(isDown);
      const died = servers.filter(({ plan }) =>
        evidence.engine.some(({ node, action }) => node === plan.key && action === "die"),
      );
      const lost = [...new Set([...down, ...died])];
      if (lost.length === 0 || servers.length - lost.length > servers.length / 2) return undefined;
      const what = lost.map(({ plan, fate }) => `${plan.key} (${described(fate)})`).join(", ");
      return `ZooKeeper ${down.length > 0 ? "is" : "was"} down: ${what}, so no master can be elected or found; see why it ended`;
    },
  },
  {
    id: "wrong-version",
    title: "an image that holds another version",
    source: "/version of masters and agents",
    find: ({ up }) =>
      up.kind === "wrong-version"
        ? "an image holds another version of Mesos than its name says; use another tag or another source of images"
        : undefined,
  },
];

/** `--quorum`, or MESOS_QUORUM. */
function quorumOf({ argv, env }: NodeEvidence): number | undefined {
  const words = [...argv, ...env].map((word) => /^(?:--quorum|MESOS_QUORUM)=(\d{1,9})$/.exec(word)?.[1]);
  const text = words.find((word) => word !== undefined);
  return text === undefined ? undefined : Number(text);
}

function isKnown(version: string | undefined): version is string {
  return version !== undefined && findVersion(version) !== undefined;
}

function described(fate: NodeEvidence["fate"]): string {
  if (fate === undefined) return "its container is gone";
  return fate.status === "running" ? `${fate.restarts} restarts` : `exit code ${fate.exitCode}`;
}
