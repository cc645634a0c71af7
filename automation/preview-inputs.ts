import type { ClusterSpec, ImageSource } from "../config/spec";
import { vendorImage } from "../mesos/images";
import type { MesosRole } from "../mesos/flags";
import { defaultZookeeper } from "../mesos/zookeeper";
import type { PlanInputs, RemoteHost, RemoteInputs, ResolvedImage } from "../plan/inputs";
import { hostsOf } from "../plan/placement";

/** Stands for the free network that is chosen when the cluster is made. */
export const sampleSubnet = "10.192.0.0/20";

/**
 * What a plan needs, without asking anybody: every image is the one that would be looked for, with `unresolved` in
 * place of its id, and the network is an example.
 */
export function previewInputs(spec: ClusterSpec): PlanInputs {
  const { zookeeper, masters, agents, marathon, mesosDns, loadBalancer } = spec;
  const images: Record<string, ResolvedImage> = {
    zookeeper: unresolved(`zookeeper:${zookeeper.version ?? defaultZookeeper}`),
    masters: unresolved(wantedImage(masters.image, "master", masters.version)),
    ...Object.fromEntries(
      agents.map(({ image, version }, g) => [
        `agents[${g}]`,
        unresolved(wantedImage(image, "agent", version)),
      ]),
    ),
    ...service("marathon", marathon),
    ...service("mesosDns", mesosDns),
    ...service("loadBalancer", loadBalancer),
  };
  return {
    images,
    ...(spec.target.kind === "local"
      ? { subnet: sampleSubnet, remote: undefined }
      : { subnet: undefined, remote: previewHosts(spec) }),
    ownership: { run: "planned", cell: spec.name, expires: undefined },
  };
}

/** Hosts at the addresses that the file names, and the usual ports: what is free there is found out later. */
function previewHosts(spec: ClusterSpec): RemoteInputs {
  const hosts = hostsOf(spec.target).map(({ name, login, privateAddress }): [string, RemoteHost] => [
    name,
    { ip: privateAddress ?? login.address, login },
  ]);
  return { hosts: Object.fromEntries(hosts), ports: {}, callerIp: "127.0.0.1" };
}

/** How people would write the image that a source means for a role and version. */
export function wantedImage(source: ImageSource, role: MesosRole, version: string): string {
  if (source.kind !== "mesosphere" && source.kind !== "redjack" && source.kind !== "mesos") {
    return otherImage(source, version);
  }
  const image = vendorImage(source.kind, role, version);
  return image === undefined ? `${source.kind} (no tag is known)` : `${image.repository}:${image.tag}`;
}

/** Sources that are no vendor's: a repository and its tag, or the kind and what it is made of. */
function otherImage(source: { readonly kind: string }, version: string): string {
  const { kind, repository, tag, ...rest } = source as Readonly<Record<string, unknown>> & { kind: string };
  if (typeof repository === "string" && typeof tag === "string") return `${repository}:${tag}`;
  const of = Object.values(rest).filter((part) => typeof part === "string");
  return [kind, ...(of.length === 0 ? [`of ${version}`] : of)].join(" ");
}

function service(
  owner: string,
  spec:
    | { readonly version: string | undefined; readonly image: { readonly kind: string } | undefined }
    | undefined,
): Readonly<Record<string, ResolvedImage>> {
  if (spec === undefined) return {};
  const version = spec.version ?? "the version that this machine can have";
  return { [owner]: unresolved(otherImage(spec.image ?? { kind: owner }, version)) };
}

function unresolved(reference: string): ResolvedImage {
  return { reference, id: "unresolved", env: {} };
}
