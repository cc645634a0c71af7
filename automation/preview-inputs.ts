import type { ClusterSpec, ImageSource } from "../config/spec";
import { vendorImage } from "../mesos/images";
import type { MesosRole } from "../mesos/flags";
import { defaultZookeeper } from "../mesos/zookeeper";
import type { PlanInputs, RemoteHost, RemoteInputs, ResolvedImage } from "../plan/inputs";
import { hostsOf } from "../plan/placement";
import { referencesFor } from "./images/look-up";

/** Stands for the free network that is chosen when the cluster is made. */
export const sampleSubnet = "10.192.0.0/20";

/**
 * What a plan needs, without asking anybody: every image is the one that would be looked for, with `unresolved` in
 * place of its id, and the network is an example.
 */
export function previewInputs(spec: ClusterSpec): PlanInputs {
  const { zookeeper, masters, agents } = spec;
  const server = zookeeper.version ?? defaultZookeeper;
  const wanted: Record<string, string> = {
    zookeeper: zookeeper.image === undefined ? `zookeeper:${server}` : otherImage(zookeeper.image, server),
    masters: wantedImage(masters.image, "master", masters.version),
  };
  for (const [g, { image, version }] of agents.entries()) {
    wanted[`agents[${g}]`] = wantedImage(image, "agent", version);
  }
  for (const owner of ["marathon", "mesosDns", "loadBalancer"] as const) {
    const service = spec[owner];
    if (service === undefined) continue;
    const version = service.version ?? "the version that this machine can have";
    wanted[owner] = otherImage(service.image ?? { kind: owner }, version);
  }
  const images = Object.fromEntries(
    Object.entries(wanted).map(([owner, name]) => [owner, unresolved(askedFor(name, spec))]),
  );
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
  const hosts = hostsOf(spec.target).map(({ name, roles, login, privateAddress }): RemoteHost => ({
    name,
    roles,
    ip: privateAddress ?? login.address,
    login,
  }));
  return { hosts, ports: {}, callerIp: "127.0.0.1" };
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

/** A name of a registry as it is asked for where the cluster's registry stands in for Docker Hub. */
function askedFor(name: string, { registry }: ClusterSpec): string {
  const isReference = /^[^\s]+:[^:/\s]+$/.test(name);
  if (registry === undefined || !isReference) return name;
  return referencesFor(name, { address: registry.address, login: undefined })[0] ?? name;
}

function unresolved(reference: string): ResolvedImage {
  const nobody = { asked: "", digest: undefined, platform: "unknown", source: "unresolved" } as const;
  return { reference, id: "unresolved", ...nobody, env: {} };
}
