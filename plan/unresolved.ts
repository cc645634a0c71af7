import type { ClusterSpec, ImageSource, SshHostSpec } from "../config/spec";
import { referencesFor } from "../config/references";
import { placements } from "../config/target-rules";
import { vendorImage } from "../mesos/images";
import type { MesosRole } from "../mesos/flags";
import { defaultZookeeper } from "../mesos/zookeeper";
import type { PlanInputs, RemoteInputs, ResolvedImage } from "./inputs";
import { hostsOf } from "./placement";

/** Stands for the free network that is chosen when the cluster is made. */
export const sampleSubnet = "10.192.0.0/20";

/**
 * Inputs for a plan that is only looked at, without asking any engine, registry or host: every image is the one that
 * would be looked for, the network is an example, and hosts are at the addresses that the config names.
 */
export function unresolvedInputs(spec: ClusterSpec): PlanInputs {
  return {
    images: Object.fromEntries(
      Object.entries(wantedImages(spec)).map(([owner, name]) => [owner, unresolved(askedFor(name, spec))]),
    ),
    ...(spec.target.kind === "local"
      ? { subnet: sampleSubnet, remote: undefined }
      : { subnet: undefined, remote: remote(hostsOf(spec.target)) }),
    ownership: { run: "planned", cell: spec.name, expires: undefined },
  };
}

function wantedImages({
  zookeeper,
  masters,
  agents,
  ...spec
}: ClusterSpec): Readonly<Record<string, string>> {
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
  return wanted;
}

/** How people would write the image that a source means for a role and version. */
export function wantedImage(source: ImageSource, role: MesosRole, version: string): string {
  if (source.kind !== "mesosphere" && source.kind !== "redjack" && source.kind !== "mesos") {
    return otherImage(source, version);
  }
  const image = vendorImage(source.kind, role, version);
  return image === undefined ? `${source.kind} (no tag is known)` : `${image.repository}:${image.tag}`;
}

/** Sources that are no vendor's: a repository and its tag, or the kind, what it is made of, and of which version. */
function otherImage(source: { readonly kind: string }, version: string): string {
  const { kind, repository, tag, ...rest } = source as Readonly<Record<string, unknown>> & { kind: string };
  if (typeof repository === "string" && typeof tag === "string") return `${repository}:${tag}`;
  const parts = Object.values(rest).filter((part) => part !== undefined && JSON.stringify(part) !== "{}");
  const of = parts.map((part) => (typeof part === "string" ? part : JSON.stringify(part)));
  return [kind, ...(of.length === 0 ? [`of ${version}`] : of)].join(" ");
}

/** A name of a registry as it is asked for where the cluster's registry stands in for Docker Hub. */
function askedFor(name: string, { registry }: ClusterSpec): string {
  const isReference = /^[^\s]+:[^:/\s]+$/.test(name);
  if (registry === undefined || !isReference) return name;
  return referencesFor(name, registry)[0] ?? name;
}

function remote(hosts: readonly SshHostSpec[]): RemoteInputs {
  // Of hosts that another stack makes nothing is known here, not even their number: one stands for all.
  const named = hosts.length > 0 ? hosts : [{ ...unknownHost, privateAddress: undefined }];
  return {
    hosts: named.map(({ name, login, roles, privateAddress }) => ({
      name,
      ip: privateAddress ?? login.address,
      login,
      roles,
    })),
    ports: {},
    callerIp: "192.0.2.254",
  };
}

function unresolved(reference: string): ResolvedImage {
  const nobody = { asked: "", digest: undefined, platform: "unknown", source: "unresolved" } as const;
  return { reference, id: reference, ...nobody, env: {} };
}

/** At an address of the block that is kept for documentation (RFC 5737). */
const unknownHost: Pick<SshHostSpec, "name" | "login" | "roles"> = {
  name: "host",
  login: {
    address: "192.0.2.1",
    port: 22,
    user: "root",
    identity: undefined,
    hostKey: undefined,
    knownHosts: undefined,
  },
  roles: placements,
};
