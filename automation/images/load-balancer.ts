import * as path from "node:path";
import type { LoadBalancerSpec } from "../../config/spec";
import { marathonLbImage } from "../../mesos/load-balancers";
import type { ResolvedImage } from "../../plan/inputs";
import { packageRoot } from "../layout";
import { PreconditionError } from "../precondition";
import { buildOnce, imageId, pull, type Errand } from "./engine";
import { nodeBase } from "./node";

/** What Debian 12 packages. */
const packaged = "2.6";

/** The image of a load balancer: HAProxy with our bridge, which is built here, marathon-lb's, or the user's own. */
export async function loadBalancerImage(
  { version, image }: LoadBalancerSpec,
  errand: Errand,
): Promise<ResolvedImage> {
  if (image.kind === "haproxy") return bridgeImage(version, errand);
  const reference =
    image.kind === "custom" ? `${image.repository}:${image.tag}` : marathonLbImage(version ?? "");
  const id = (await imageId(reference)) ?? (await pull(reference, errand));
  if (id !== undefined) return { reference, id, env: {} };
  throw new PreconditionError(
    `image ${reference} is not on the Docker engine, and no registry gives it out to this machine; ` +
      "write loadBalancer: { image: haproxy }, which is built here, or custom: of an image of your own",
  );
}

async function bridgeImage(version: string | undefined, errand: Errand): Promise<ResolvedImage> {
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
  return { ...built, env: {} };
}
