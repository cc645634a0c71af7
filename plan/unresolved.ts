import type { ClusterSpec, SshHostSpec } from "../config/spec";
import type { PlanInputs, RemoteInputs, ResolvedImage } from "./inputs";

/**
 * Inputs for a plan that is only looked at: images by what the config says of them, and a network that nobody chose.
 * No engine and no registry is asked.
 */
export function unresolvedInputs(spec: ClusterSpec): PlanInputs {
  const images: Record<string, ResolvedImage> = {
    zookeeper: unresolved(`zookeeper ${spec.zookeeper.version ?? "of the machine's choice"}`),
    masters: described(spec.masters),
  };
  for (const [g, group] of spec.agents.entries()) images[`agents[${g}]`] = described(group);
  for (const owner of ["marathon", "mesosDns", "loadBalancer"] as const) {
    const service = spec[owner];
    if (service !== undefined) images[owner] = described(service);
  }
  return {
    images,
    subnet: spec.target.kind === "local" ? "10.192.0.0/20" : undefined,
    remote: spec.target.kind === "ssh" ? remote(spec.target.hosts) : undefined,
    ownership: { run: "unknown", cell: spec.name, expires: undefined },
  };
}

/** Whatever an owner of the spec says of its image, in words. */
function described(owner: {
  readonly image: { readonly kind: string } | undefined;
  readonly version: string | undefined;
}): ResolvedImage {
  const { kind = "default", ...rest } = owner.image ?? {};
  const words = Object.entries(rest).map(([key, value]) => `${key} ${JSON.stringify(value)}`);
  return unresolved([kind, ...words, owner.version ?? "of the machine's choice"].join(" "));
}

/** Addresses of the block that is kept for documentation (RFC 5737) stand for those that nobody looked up. */
function remote(hosts: readonly SshHostSpec[]): RemoteInputs {
  const known = hosts.map(({ name, login }, i) => [name, { ip: `192.0.2.${i + 1}`, login }]);
  return { hosts: Object.fromEntries(known) as RemoteInputs["hosts"], ports: {}, callerIp: "192.0.2.254" };
}

function unresolved(reference: string): ResolvedImage {
  return { reference, id: reference, env: {} };
}
