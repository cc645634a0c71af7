import type { ClusterSpec } from "../../config/spec";
import type { PlanInputs, ResolvedImage } from "../../plan/inputs";
import type { Errand } from "./engine";
import { loadBalancerImage } from "./load-balancer";
import { mesosDnsImage } from "./mesos-dns";
import { marathonImage } from "./marathon";
import { mesosImage } from "./mesos";
import { zookeeperImage } from "./zookeeper";

/** Finds or builds every image that a cluster needs. @throws PreconditionError where one cannot be had */
export async function resolveImages(spec: ClusterSpec, errand: Errand): Promise<PlanInputs["images"]> {
  const images: Record<string, ResolvedImage> = {
    zookeeper: await zookeeperImage(spec.zookeeper.version, errand),
    masters: await mesosImage(spec.masters.image, "master", spec.masters.version, errand),
  };
  for (const [g, group] of spec.agents.entries())
    images[`agents[${g}]`] = await mesosImage(group.image, "agent", group.version, errand);
  if (spec.marathon !== undefined) images.marathon = await marathonImage(spec.marathon, errand);
  if (spec.mesosDns !== undefined) images.mesosDns = await mesosDnsImage(spec.mesosDns, errand);
  if (spec.loadBalancer !== undefined)
    images.loadBalancer = await loadBalancerImage(spec.loadBalancer, errand);
  return images;
}
