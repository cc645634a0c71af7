import type { ClusterSpec } from "../../config/spec";
import type { PlanInputs } from "../../plan/inputs";
import type { Say } from "./engine";
import { mesosImage } from "./mesos";
import { zookeeperImage } from "./zookeeper";

/** Finds or builds every image that a cluster needs. @throws PreconditionError where one cannot be had */
export async function resolveImages(spec: ClusterSpec, say: Say): Promise<PlanInputs["images"]> {
  const zookeeper = await zookeeperImage(spec.zookeeper.version, say);
  const masters = await mesosImage(spec.masters.image, "master", spec.masters.version, say);
  const agents = [];
  for (const group of spec.agents) agents.push(await mesosImage(group.image, "agent", group.version, say));
  return { zookeeper, masters, agents };
}
