import type { ClusterSpec } from "../config/spec";
import type { PlanInputs } from "../plan/inputs";
import { gcpSite } from "./gcp/site";
import type { Errand } from "./images/engine";
import { prepareRemote } from "./remote/prepare";
import { chooseSubnet } from "./subnet";

/** Where a cluster will stand: a network of its own on this machine's engine, or ports on the hosts of its target. */
export async function chooseSite(
  spec: ClusterSpec,
  rest: Pick<PlanInputs, "images" | "ownership">,
  errand: Errand,
): Promise<Pick<PlanInputs, "subnet" | "remote">> {
  if (spec.target.kind === "local") return { subnet: await chooseSubnet(spec.name), remote: undefined };
  if (spec.target.kind === "gcp") {
    return { subnet: undefined, remote: gcpSite(spec, { ...rest, subnet: undefined }) };
  }
  return { subnet: undefined, remote: await prepareRemote(spec, { ...rest, subnet: undefined }, errand) };
}
