import { existsSync } from "node:fs";
import type { ClusterSpec } from "../../config/spec";
import type { PlanInputs, ResolvedImage } from "../../plan/inputs";
import { PreconditionError } from "../precondition";
import { findImage, type Errand } from "./engine";
import { loadBalancerImage } from "./load-balancer";
import { registryOf, type Answer, type Found, type ImageErrand } from "./look-up";
import { mesosDnsImage } from "./mesos-dns";
import { marathonImage } from "./marathon";
import { mesosImage } from "./mesos";
import { pull } from "./pull";
import { zookeeperImage } from "./zookeeper";

/** How images are resolved. */
export interface Resolving extends Errand {
  /** What was found before, and holds as long as the same is asked. */
  readonly kept?: PlanInputs["images"] | undefined;
  /** Whether everybody is asked again, whatever is kept or on the engine; default false. */
  readonly refresh?: boolean;
  /** Answers of this run, by what was asked: many cells ask the same. */
  readonly known?: Map<string, Promise<Answer>>;
}

/** What every kind of source says, and the files of this machine that some are. */
interface Source {
  readonly kind: string;
  readonly file?: string;
  readonly context?: string;
  readonly folder?: string;
}

/** One image that a cluster needs, as a question. */
interface ImageRequest {
  /** Who runs it: `masters`, `agents[0]`. */
  readonly owner: string;
  readonly asked: string;
  /** Where the image comes from; undefined: whatever can be had. */
  readonly source: Source | undefined;
  readonly find: (errand: ImageErrand) => Promise<Answer>;
}

/**
 * Finds, loads or builds every image that a cluster needs. What was found before is taken without asking anybody but
 * the engine, unless its files are another or `refresh` is given. @throws PreconditionError where one cannot be had
 */
export async function resolveImages(spec: ClusterSpec, resolving: Resolving): Promise<PlanInputs["images"]> {
  const { say, signal, refresh = false } = resolving;
  const errand = { say, signal, refresh, registry: registryOf(spec.registry) };
  const images: Record<string, ResolvedImage> = {};
  for (const request of requests(spec)) {
    const answer = await resolve(request, errand, resolving);
    const image = { asked: request.asked, ...answer };
    const before = resolving.kept?.[request.owner];
    if (before?.asked === image.asked && before.id !== image.id)
      say(`${request.owner}: ${image.reference} is ${image.id} now, and was ${before.id}`);
    images[request.owner] = image;
  }
  return images;
}

function requests(spec: ClusterSpec): ImageRequest[] {
  const registry = spec.registry?.address ?? "";
  const request = (
    owner: string,
    question: readonly unknown[],
    source: ImageRequest["source"],
    find: ImageRequest["find"],
  ): ImageRequest => ({ owner, asked: JSON.stringify([...question, registry]), source, find });
  const node = (
    owner: string,
    role: "master" | "agent",
    { image, version }: ClusterSpec["masters"],
  ): ImageRequest =>
    request(owner, [role, version, image], image, (errand) => mesosImage(image, role, version, errand));
  const beside = (
    owner: string,
    { version, image }: { readonly version: string | undefined; readonly image?: ImageRequest["source"] },
    find: (errand: ImageErrand) => Promise<Found>,
  ): ImageRequest =>
    request(owner, [owner, version ?? "", image ?? ""], image, async (errand) => ({
      ...(await find(errand)),
      env: {},
    }));
  const { zookeeper, marathon, mesosDns, loadBalancer } = spec;
  return [
    beside("zookeeper", zookeeper, (errand) => zookeeperImage(zookeeper, errand)),
    node("masters", "master", spec.masters),
    ...spec.agents.map((group, g) => node(`agents[${g}]`, "agent", group)),
    ...(marathon === undefined
      ? []
      : [
          request("marathon", ["marathon", marathon.version, marathon.image], marathon.image, (errand) =>
            marathonImage(marathon, errand),
          ),
        ]),
    ...(mesosDns === undefined
      ? []
      : [beside("mesosDns", mesosDns, (errand) => mesosDnsImage(mesosDns, errand))]),
    ...(loadBalancer === undefined
      ? []
      : [beside("loadBalancer", loadBalancer, (errand) => loadBalancerImage(loadBalancer, errand))]),
  ];
}

async function resolve(request: ImageRequest, errand: ImageErrand, resolving: Resolving): Promise<Answer> {
  const kept = resolving.kept?.[request.owner];
  if (kept?.asked === request.asked && !errand.refresh) {
    const still = await stillThere(kept, request, errand);
    if (still) return kept;
  }
  const known = resolving.known?.get(request.asked);
  if (known !== undefined) return known;
  const found = request.find(errand);
  resolving.known?.set(request.asked, found);
  return found;
}

/**
 * Whether a kept answer is taken as it is. One of files that are there is not: they may be others. One that the engine
 * lost comes from its registry again, by its digest.
 */
async function stillThere(
  kept: ResolvedImage,
  { owner, source }: ImageRequest,
  errand: ImageErrand,
): Promise<boolean> {
  // The simulator is a part of this program, and changes with it.
  if (source?.kind === "simulator" || filesStand(source)) return false;
  if ((await findImage(kept.id)) !== undefined) return true;
  if (kept.digest === undefined) return false;
  const failure = await pull(kept.digest, errand.registry, errand);
  if (failure === undefined && (await findImage(kept.id)) !== undefined) return true;
  throw new PreconditionError(
    `${owner}: the engine has lost ${kept.reference} (${kept.digest}), and no registry gives it again` +
      `${failure === undefined ? "" : ` (${failure.said})`}; --refresh-images takes what its tag names now`,
  );
}

function filesStand(source: Source | undefined): boolean {
  const path = source?.file ?? source?.context ?? source?.folder;
  return path !== undefined && existsSync(path);
}
