import type { Fault } from "./fault";
import { buildGcp } from "./gcp-schema";
import { placements } from "./target-rules";
import { targetSchema, type TargetInput } from "./target-schema";
import type { Placement, SshHostSpec, TargetSpec } from "./spec";
import { valueAt, type View } from "./view";
import { show } from "./wording";

type Settings = Exclude<TargetInput, string>;
type HostInput = NonNullable<Settings["hosts"]>[number];
type LoginInput = Partial<Pick<Settings, "user" | "port" | "identity" | "knownHosts">>;

/**
 * A checked target with every default filled in.
 * @param needed number of machines that a target makes where nothing is said of it
 */
export function buildTarget(input: TargetInput = "local", needed = 1): TargetSpec {
  const target: Settings = typeof input === "string" ? { kind: input } : input;
  if (target.kind === "local") return { kind: "local" };
  if (target.kind === "gcp") return buildGcp(target, needed);
  const hosts = (target.hosts ?? []).map((host, i) => buildHost(host, i, target));
  return {
    kind: "ssh",
    hosts,
    hostsFrom: target.hostsFrom,
    prepare: target.prepare ?? false,
    firewall: target.firewall !== "unmanaged",
  };
}

/** A checked host with every default filled in. @param common what the target says for all hosts */
export function buildHost(input: HostInput, index: number, common: LoginInput = {}): SshHostSpec {
  const host = typeof input === "string" ? { address: input } : input;
  return {
    name: host.name ?? `h${index + 1}`,
    login: {
      address: host.address,
      port: host.port ?? common.port ?? 22,
      user: host.user ?? common.user ?? "root",
      identity: host.identity ?? common.identity,
      hostKey: host.hostKey,
      knownHosts: host.knownHosts ?? common.knownHosts,
    },
    privateAddress: host.privateAddress,
    roles: (host.roles ?? placements) as readonly Placement[],
  };
}

/** What is wrong between the hosts of a target that is sound in itself; the view is the cluster's. */
export function targetFaults(view: View): Fault[] {
  const { success, data } = targetSchema.safeParse(valueAt(view.value, ["target"]));
  const target = success ? buildTarget(data) : undefined;
  if (target?.kind !== "ssh" || target.hostsFrom !== undefined) return [];
  const hosts = view.toDocument(["target", "hosts"]);
  const twice = (what: string, of: (host: SshHostSpec) => string): Fault[] =>
    target.hosts.flatMap((host, i) => {
      const first = target.hosts.findIndex((other) => of(other) === of(host));
      if (first === i) return [];
      const message = `hosts[${first}] and hosts[${i}] have the same ${what}, ${show(of(host))}`;
      return [
        { path: [...hosts, i], at: "value" as const, message, cure: `give every host its own ${what}` },
      ];
    });
  const unplaced = (["zookeeper", "master", "agent"] as const)
    .filter((role) => target.hosts.every(({ roles }) => !roles.includes(role)))
    .map((role): Fault => {
      const cure = `add ${role} to the roles of a host, or give a host without roles`;
      return { path: hosts, at: "value", message: `no host may run a ${role}`, cure };
    });
  return [
    ...twice("name", ({ name }) => name),
    ...twice("address", ({ login }) => `${login.address}:${login.port}`),
    ...unplaced,
  ];
}
