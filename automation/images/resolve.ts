import type { ClusterSpec } from "../../config/spec";
import type { PlanInputs } from "../../plan/inputs";
import type { Errand } from "./engine";
import { mesosImage } from "./mesos";
import { zookeeperImage } from "./zookeeper";

/** Finds or builds every image that a cluster needs. @throws PreconditionError where one cannot be had */
export async function resolveImages(spec: ClusterSpec, errand: Errand): Promise<PlanInputs["images"]> {
  const zookeeper = await zookeeperImage(spec.zookeeper.version, errand);
  const masters = await mesosImage(spec.masters.image, "master", spec.masters.version, errand);
  const agents = [];
  for (const group of spec.agents) agents.push(await mesosImage(group.image, "agent", group.version, errand));
  return { zookeeper, masters, agents };
}
