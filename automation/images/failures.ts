import { hostNeeds } from "../../mesos/host-needs";
import { registryHost } from "./login";
import type { ImageErrand } from "./look-up";
import { nearTags } from "./near-tags";
import type { PullFailure } from "./pull";
import { listTags, placeOf } from "./tags";

/** Why no image could be had, a sentence for each that was tried, with the near tags where a tag is not there. */
export async function failureText(failures: readonly PullFailure[], errand: ImageErrand): Promise<string> {
  const sentences: string[] = [];
  for (const failure of failures) sentences.push(await sentence(failure, errand));
  return [...new Set(sentences)].join("; ");
}

async function sentence({ reference, why, said }: PullFailure, errand: ImageErrand): Promise<string> {
  const { repository, tag } = parts(reference);
  switch (why) {
    case "absent":
      return `there is no image ${reference}${await near(repository, tag, errand)}`;
    case "denied":
      return `${reference} is not given out: ${denied(repository, errand)}`;
    case "schema-1":
      return `this Docker engine does not pull ${reference}: ${hostNeeds.schema1.fact} (${hostNeeds.schema1.source})`;
    case "platform":
      return `${reference} holds nothing for the engine's platform (${said})`;
    case "limited":
      return `${placeOf(repository).host} gives out no more images for now (${said}): log in there, or wait`;
    case "unreachable":
      return `no registry answers for ${reference} (${said})`;
  }
}

async function near(repository: string, tag: string, errand: ImageErrand): Promise<string> {
  const list = await listTags(repository, errand.registry);
  if ("why" in list) return `, and its tags cannot be listed: ${list.why}`;
  if (list.tags.length === 0) return `: ${repository} has no tags at all`;
  const tags = nearTags(tag, list.tags);
  const more = list.tags.length > tags.length ? ` (of ${list.tags.length} tags)` : "";
  return `; the tags near ${tag} are ${tags.join(", ")}${more}`;
}

function denied(repository: string, { registry }: ImageErrand): string {
  const { host } = placeOf(repository);
  if (registry?.login !== undefined && registryHost(registry.address) === host) {
    return `${host} refuses the login of ${registry.login.username}; look at registry: username and password`;
  }
  return `${host} wants a login, or has no such repository; write registry: { address, username, password }, or docker login ${host}`;
}

function parts(reference: string): { repository: string; tag: string } {
  const colon = reference.lastIndexOf(":");
  return { repository: reference.slice(0, colon), tag: reference.slice(colon + 1) };
}
