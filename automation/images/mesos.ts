import { repositoriesFor } from "../../config/references";
import type { ImageSource } from "../../config/spec";
import type { MesosRole } from "../../mesos/flags";
import { isTagOf, type ImageVendor, vendorTags, vendorVersions } from "../../mesos/images";
import { PreconditionError } from "../precondition";
import { failureText } from "./failures";
import { installTreeImage } from "./install-tree";
import { isFailed, lookUp, type Answer, type Found, type ImageErrand } from "./look-up";
import { byNumbers } from "./near-tags";
import { otherSources, ownImage } from "./own";
import { simulatorImage } from "./simulator";
import { listTags } from "./tags";

/** Finds, loads, packs or builds the image for a role and version. @throws PreconditionError where it cannot be had */
export async function mesosImage(
  source: ImageSource,
  role: MesosRole,
  version: string,
  errand: ImageErrand,
): Promise<Answer> {
  if (source.kind === "simulator") return simulatorImage(version, errand);
  return { ...(await realImage(source, role, version, errand)), env: {} };
}

function realImage(
  source: Exclude<ImageSource, { kind: "simulator" }>,
  role: MesosRole,
  version: string,
  errand: ImageErrand,
): Promise<Found> {
  switch (source.kind) {
    case "installTree":
      return installTreeImage(source, role, version, errand);
    case "mesosphere":
    case "redjack":
    case "mesos":
      return vendorsImage(source.kind, role, version, errand);
    case "custom":
    case "archive":
    case "build":
      return ownImage(source, errand);
  }
}

/** First the tags that are known of the vendor, then those of its tags that are named for this version. */
async function vendorsImage(
  vendor: ImageVendor,
  role: MesosRole,
  version: string,
  errand: ImageErrand,
): Promise<Found> {
  const { repository, tags } = vendorTags(vendor, role, version);
  const repositories = repositoriesFor(repository, errand.registry);
  const references = (tags: readonly string[]): string[] =>
    repositories.flatMap((name) => tags.map((tag) => `${name}:${tag}`));
  const answer = await lookUp(references(tags), errand);
  if (!isFailed(answer)) return answer;
  const listed = await namedFor(vendor, version, repositories, errand);
  const second = listed.length === 0 ? answer : await lookUp(references(listed), errand);
  if (!isFailed(second)) return second;
  const has = `versions of ${vendor} that are known: ${vendorVersions(vendor).join(", ")}`;
  throw new PreconditionError(`${await failureText(answer, errand)}; ${has}; ${otherSources}`);
}

/** The vendor's tags for this version as its registry lists them, the newest build first. */
async function namedFor(
  vendor: ImageVendor,
  version: string,
  repositories: readonly string[],
  errand: ImageErrand,
): Promise<string[]> {
  const tags = new Set<string>();
  for (const repository of repositories) {
    const list = await listTags(repository, errand.registry);
    if ("why" in list) continue;
    for (const tag of list.tags.filter((one) => isTagOf(vendor, one, version))) tags.add(tag);
  }
  return [...tags].sort((a, b) => byNumbers(b, a)).slice(0, 3);
}
