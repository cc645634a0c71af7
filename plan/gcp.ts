import { createHash } from "node:crypto";
import type { GcpTargetSpec } from "../config/gcp-spec";
import type { SshHostSpec } from "../config/spec";
import { placements } from "../config/target-rules";
import { ipNumber, ipText } from "./addresses";
import type { Ownership } from "./inputs";
import { prepareVariables, type HostNeeds } from "./preparation";

/** Everything decided about a set of machines of Google Cloud before any of them is made. */
export interface GcpPlan {
  readonly project: string | undefined;
  readonly region: string;
  readonly network: string;
  readonly subnetwork: { readonly name: string; readonly range: string };
  /** What may come in; the network lets nothing else in. */
  readonly firewalls: readonly GcpFirewallPlan[];
  /** Id of the account that the machines have; it may do nothing. */
  readonly account: string;
  /** Network tag of the machines: the firewall's targets. */
  readonly tag: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly machines: readonly GcpMachinePlan[];
}

export interface GcpFirewallPlan {
  /** Logical name. */
  readonly key: string;
  readonly name: string;
  readonly description: string;
  /** IPv4 ranges in CIDR. */
  readonly sources: readonly string[];
  readonly allow: readonly { readonly protocol: string; readonly ports?: readonly string[] }[];
}

export interface GcpMachinePlan {
  /** Key of the host: `h1`. */
  readonly key: string;
  readonly name: string;
  readonly zone: string;
  /** Address on the machines' own network, known before the machine is. */
  readonly ip: string;
  readonly machineType: string;
  readonly image: string;
  readonly disk: GcpTargetSpec["disk"];
  readonly spot: boolean;
  /** Seconds. */
  readonly ttl: number;
}

/** Who logs in to the machines. */
export const gcpUser = "mesos";

/**
 * The machines as the target `ssh` takes them, before they are made: where they answer ssh, and with which key, is known
 * only then.
 */
export function gcpHosts({ count }: GcpTargetSpec): SshHostSpec[] {
  const login = { address: "", port: 22, user: gcpUser, identity: undefined };
  return numbers(count).map((n) => ({
    name: `h${n}`,
    login: { ...login, hostKey: undefined, knownHosts: undefined },
    privateAddress: machineAddress(n),
    roles: placements,
  }));
}

/** @param n from 1 */
function machineAddress(n: number): string {
  return ipText(ipNumber(range.split("/")[0] ?? "") + firstAddress + n - 1);
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

/**
 * What will run on the machines is not known when they are made, so they get what the oldest Mesos needs: cgroup v1
 * (mesos/host-needs.ts). Their Debian's Docker, 20.10 of Debian 12, runs images of every age.
 */
const needs: HostNeeds = { cgroupV1: true, engineBelow: undefined };

/** The machines' own network. No other network can reach it, so every set of machines may have the same. */
const range = "10.201.0.0/20";

/** The first four addresses of a range are Google's (https://cloud.google.com/vpc/docs/subnets#unusable-ip-addresses-in-every-subnet). */
const firstAddress = 11;

/**
 * Decides about all machines of a stack.
 * @param name of the cluster or of the run
 * @param sshFrom IPv4 ranges that may reach ssh
 */
export function planGcp(
  name: string,
  target: GcpTargetSpec,
  sshFrom: readonly string[],
  ownership: Ownership,
): GcpPlan {
  const { project, region, zones, count, machineType, image, disk, spot, ttl } = target;
  // Names of Google Cloud begin with a letter and are unique in the project.
  const prefix = `mesos-${name}`;
  return {
    project,
    region,
    network: prefix,
    subnetwork: { name: prefix, range },
    firewalls: [
      {
        key: "ssh",
        name: `${prefix}-ssh`,
        description: "ssh from where the cluster is worked with",
        sources: sshFrom,
        allow: [{ protocol: "tcp", ports: ["22"] }],
      },
      {
        key: "inside",
        name: `${prefix}-inside`,
        description: "everything between the machines of the cluster",
        sources: [range],
        allow: [{ protocol: "all" }],
      },
    ],
    account: `mesos-${createHash("sha256").update(name).digest("hex").slice(0, 16)}`,
    tag: prefix,
    labels: { ...target.labels, ...ownLabels(name, ownership) },
    machines: numbers(count).map((n) => ({
      key: `h${n}`,
      name: `${prefix}-h${n}`,
      zone: zones[(n - 1) % zones.length] ?? "",
      ip: machineAddress(n),
      machineType,
      image,
      disk,
      spot,
      ttl,
    })),
  };
}

/** Variables of the scripts that prepare a machine when it boots (components/hosts/scripts). */
export function startupVariables(plan: GcpPlan, machine: GcpMachinePlan): Record<string, string> {
  return prepareVariables({ name: machine.name, user: gcpUser, needs }, plan.tag);
}

/** Our labels in the letters that Google allows: a-z, 0-9, `_` and `-`, at most 63. */
function ownLabels(name: string, { run, cell, expires }: Ownership): Record<string, string> {
  const labels = {
    "mesos-matrix-run": run,
    "mesos-matrix-cluster": name,
    "mesos-matrix-cell": cell,
    ...(expires === undefined ? {} : { "mesos-matrix-expires": expires }),
  };
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, labelValue(value)]));
}

function labelValue(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, "-")
    .slice(0, 63);
}
