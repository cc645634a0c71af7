import { referencesFor } from "../../config/references";
import * as path from "node:path";
import type { LoadBalancerSpec } from "../../config/spec";
import { marathonLbImage } from "../../mesos/load-balancers";
import { packageRoot } from "../layout";
import { PreconditionError } from "../precondition";
import { buildOnce } from "./engine";
import { failureText } from "./failures";
import { found, isFailed, lookUp, type Found, type ImageErrand } from "./look-up";
import { nodeBase } from "./node";
import { isOwn, ownImage } from "./own";

/** What Debian 12 packages. */
const packaged = "2.6";

/** The image of a load balancer: HAProxy with our bridge, which is built here, marathon-lb's, or the user's own. */
export async function loadBalancerImage(
  { version, image }: Pick<LoadBalancerSpec, "version" | "image">,
  errand: ImageErrand,
): Promise<Found> {
  if (image.kind === "haproxy") return bridgeImage(version, errand);
  if (isOwn(image)) return ownImage(image, errand);
  const answer = await lookUp(referencesFor(marathonLbImage(version ?? ""), errand.registry), errand);
  if (!isFailed(answer)) return answer;
  throw new PreconditionError(
    `${await failureText(answer, errand)}; ` +
      "write loadBalancer: { image: haproxy }, which is built here, or custom: of an image of your own",
  );
}

async function bridgeImage(version: string | undefined, errand: ImageErrand): Promise<Found> {
  if (version !== undefined && version !== packaged && !version.startsWith(`${packaged}.`)) {
    throw new PreconditionError(
      `loadBalancer: { image: haproxy } runs HAProxy ${packaged}, Debian's, not ${version}; leave the version out, or use an image of your own`,
    );
  }
  const folder = path.join(packageRoot, "images", "load-balancer");
  const { node, base } = await nodeBase("the load balancer's bridge", errand);
  const built = await buildOnce(
    {
      name: "load-balancer",
      files: {
        Dockerfile: path.join(folder, node === undefined ? "Dockerfile.on-node" : "Dockerfile"),
        "bridge.cjs": path.join(packageRoot, "dist", "bridge.cjs"),
        ...(node === undefined ? {} : { node }),
      },
      args: { BASE: base },
    },
    errand,
  );
  return found(built.reference, built, "build");
}
