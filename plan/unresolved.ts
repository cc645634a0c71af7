import type { ClusterSpec, SshHostSpec } from "../config/spec";
import { placements } from "../config/target-rules";
import { hostsOf } from "./placement";
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
    remote: spec.target.kind === "local" ? undefined : remote(hostsOf(spec.target)),
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
  // Of hosts that another stack makes nothing is known here, not even their number.
  const named = hosts.length > 0 ? hosts : [{ ...unknownHost, privateAddress: undefined }];
  return {
    hosts: named.map(({ name, login, roles, privateAddress }, i) => ({
      name,
      ip: privateAddress ?? `192.0.2.${i + 1}`,
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

const unknownHost: Pick<SshHostSpec, "name" | "login" | "roles"> = {
  name: "h1",
  login: {
    address: "unknown",
    port: 22,
    user: "root",
    identity: undefined,
    hostKey: undefined,
    knownHosts: undefined,
  },
  roles: placements,
};
