import type { JsonObject, SshLogin } from "../config/spec";
import type { ResolvedImage } from "./inputs";
import type { FirewallPlan } from "./firewall";
import type { HostNeeds } from "./preparation";

/**
 * Everything decided about a cluster before anything starts. Plain and printable; it holds no secret, only the
 * names of secrets. Same spec, images and network give the same plan, byte for byte.
 */
export interface ClusterPlan {
  readonly schema: 1;
  readonly cluster: string;
  /** Labels of the network and the volumes; containers add `mesos-matrix.role`. */
  readonly labels: Readonly<Record<string, string>>;
  /** What the images were resolved to, by who runs them: the stack keeps it with the plan, for the next time. */
  readonly images: Readonly<Record<string, ResolvedImage>>;
  /** Machines whose engines run the containers: this one, or those that ssh reaches. */
  readonly hosts: readonly HostPlan[];
  /** What is done to hosts that ssh reaches before anything runs there; none for this machine. */
  readonly setups: readonly HostSetupPlan[];
  /** The cluster's own network; undefined where its containers use their hosts'. */
  readonly network: NetworkPlan | undefined;
  readonly volumes: readonly VolumePlan[];
  readonly containers: readonly ContainerPlan[];
  readonly readiness: ReadinessPlan;
  /** Given to Marathon once the cluster is ready; removed from it when they are here no longer. */
  readonly apps: readonly AppPlan[];
}

/** An app or a group of Marathon. */
export interface AppPlan {
  /** Logical name of the resource; it follows from the id. */
  readonly key: string;
  /** From the root: `/shop/web`. */
  readonly id: string;
  readonly kind: "app" | "group";
  /** As Marathon takes it, tokens resolved. */
  readonly definition: JsonObject;
  /** Deadline for it to be healthy. */
  readonly timeoutSeconds: number;
}

/** A machine whose Docker engine runs containers of the cluster; all above the components take either kind alike. */
export type HostPlan = { readonly kind: "local"; readonly key: "local" } | SshHostPlan;

export interface SshHostPlan {
  readonly kind: "ssh";
  /** As the spec names it: `h1`. */
  readonly key: string;
  readonly login: SshLogin;
  /** IPv4 address at which the cluster's hosts reach each other. */
  readonly ip: string;
}

/** A host in the state that a cluster needs. */
export interface HostSetupPlan {
  /** Key of the host. */
  readonly host: string;
  /** Whether what is missing is installed, or only told. */
  readonly prepare: boolean;
  readonly needs: HostNeeds;
  /** Undefined: the host's firewall is left to others. */
  readonly firewall: FirewallPlan | undefined;
}

export interface NetworkPlan {
  readonly name: string;
  /** CIDR, for example `10.209.17.0/24`. */
  readonly subnet: string;
  /** This machine's own address on the network. */
  readonly gateway: string;
}

export interface VolumePlan {
  readonly key: string;
  /** Key of the host on whose engine it lies. */
  readonly host: string;
  readonly name: string;
  readonly role: Role;
}

export type Role = "zookeeper" | "master" | "agent" | "marathon" | "mesos-dns" | "load-balancer";

export interface ContainerPlan {
  /** Unique in the cluster and stable: `master-1`. Logical name of the resource, alias on the network, hostname. */
  readonly key: string;
  /** The container's name on the engine: `<cluster>-<key>`. */
  readonly name: string;
  readonly role: Role;
  /** Key of the host whose engine runs it. */
  readonly host: string;
  /** The cluster's own network, where `address` is the container's alone, or the host's, where it is the host's. */
  readonly network: "cluster" | "host";
  /** Image id (`sha256:...`). */
  readonly image: string;
  /** Empty: the image's own. */
  readonly entrypoint: readonly string[];
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** IPv4 address at which the cluster reaches it. */
  readonly address: string;
  /** Ports on which its process listens at that address. */
  readonly listen: readonly number[];
  /** First and last port that an agent on its host's network offers to tasks. */
  readonly tasks?: readonly [from: number, to: number] | undefined;
  /** Ports that are published at 127.0.0.1, each on a free port of this machine. */
  readonly publish: readonly PortPlan[];
  readonly mounts: readonly { readonly volume: string; readonly path: string }[];
  /** Files and folders of the host itself. */
  readonly hostMounts: readonly HostMountPlan[];
  /** Capabilities beyond Docker's own: `CAP_SYS_PTRACE`. */
  readonly capabilities: readonly string[];
  /** Whether it sees the processes of its host. */
  readonly hostProcesses: boolean;
  readonly uploads: readonly UploadPlan[];
  readonly labels: Readonly<Record<string, string>>;
  readonly restart: "on-failure";
  readonly stopGraceSeconds: number;
}

export interface PortPlan {
  readonly port: number;
  readonly protocol: "tcp" | "udp";
}

/** A path of the host, at the same or another path of the container. */
export interface HostMountPlan {
  readonly source: string;
  readonly path: string;
  readonly readOnly: boolean;
}

/** A file put into the container before it starts: its text, or the name of the secret or user's file that holds it. */
export type UploadPlan =
  | { readonly path: string; readonly content: string; readonly executable?: true }
  | { readonly path: string; readonly secret: string }
  | { readonly path: string; readonly file: string };

/** Which containers of the cluster may run on a host; any other is stopped before they are made or replaced. */
export interface RetirementPlan {
  readonly cluster: string;
  readonly host: HostPlan;
  /** Names on the engine. */
  readonly containers: readonly string[];
}

/** The Docker tasks of one agent: they carry no label of ours, so Mesos' sandbox in them says whose they are. */
export interface TaskRemovalPlan {
  readonly host: HostPlan;
  /** Name on the engine of the volume of the agent's work_dir. */
  readonly volume: string;
}

/** What must be true before the cluster counts as ready. */
export interface ReadinessPlan {
  readonly timeoutSeconds: number;
  readonly hosts: readonly HostPlan[];
  readonly nodes: readonly ReadinessNode[];
}

export interface ReadinessNode {
  readonly key: string;
  readonly container: string;
  readonly host: string;
  readonly role: Role;
  readonly address: string;
  readonly port: number;
  /** The tag asked for, or undefined where the version is not checked (ZooKeeper). */
  readonly version: string | undefined;
  /** What the binary of that tag says of itself. */
  readonly reports: string | undefined;
  /** Of a build between tags: the commit asked for, 7 to 40 digits; its number may be any. */
  readonly commit?: string | undefined;
  /** The name that a Mesos-DNS must know, and its DNS port; undefined for everything else. */
  readonly dns?: { readonly name: string; readonly port: number } | undefined;
  /** A load balancer of which nothing is known but that it answers HTTP; absent: it says of itself whether it is well. */
  readonly anyAnswer?: true;
}
