import type { ImageVendor } from "../mesos/images";
import type { GcpTargetSpec } from "./gcp-spec";

/**
 * What a user's file or stack config says once it is checked and every default is filled in. Plain values:
 * the same file gives the same spec, byte for byte.
 */

/** A value that must never be printed: where to read it, or (from a stack's `secure:` entry) the value itself. */
export interface SecretValue {
  readonly secret: { readonly env: string } | { readonly file: string } | { readonly value: string };
}

export type EnvValue = string | SecretValue;

/** A file of this machine that is put into the container. */
export interface FileValue {
  readonly file: string;
}

/** A flag's value as Mesos reads it, or the file that the flag names. */
export type FlagValue = string | FileValue | SecretValue;

/** Flags of Mesos by name, without `--`. */
export type Flags = Readonly<Record<string, FlagValue>>;

/** An image of the user's own. `{version}` is filled in; paths are as the user wrote them. */
export type OwnImage =
  | { readonly kind: "custom"; readonly repository: string; readonly tag: string }
  /** A file of `docker save`. */
  | { readonly kind: "archive"; readonly file: string }
  | {
      readonly kind: "build";
      readonly context: string;
      /** Below the context; undefined: `Dockerfile`. */
      readonly dockerfile: string | undefined;
      readonly args: Readonly<Record<string, string>>;
    };

/** Where images with Mesos in them come from. `simulator` is our stand-in; the vendors' repositories are known. */
export type ImageSource =
  | { readonly kind: "simulator" }
  | { readonly kind: ImageVendor }
  | OwnImage
  | {
      readonly kind: "installTree";
      /** What `make install` made. */
      readonly folder: string;
      /** The image to build on; undefined: Debian. */
      readonly base: string | undefined;
    };

/** A registry in place of Docker Hub, or one before it. */
export interface RegistrySpec {
  /** `host:port`, and a path before every repository, if any. */
  readonly address: string;
  readonly login: { readonly username: string; readonly password: SecretValue } | undefined;
}

export interface ZookeeperSpec {
  readonly count: number;
  /** A release of ZooKeeper such as `3.8` or `3.9.5`; undefined takes what the machine can have. */
  readonly version: string | undefined;
  /** Undefined: the official image, or one of Debian's package. */
  readonly image?: OwnImage | undefined;
}

export interface MastersSpec {
  readonly count: number;
  /** A known Mesos tag; of a commit, the one whose facts hold for it. */
  readonly version: string;
  /** Of a build between tags: the commit it was made of. */
  readonly commit?: string | undefined;
  readonly image: ImageSource;
  /** Of the masters alone; they go before the cluster's. */
  readonly flags: Flags;
  readonly env: Readonly<Record<string, EnvValue>>;
}

export interface AgentGroupSpec {
  readonly count: number;
  readonly version: string;
  readonly commit?: string | undefined;
  readonly image: ImageSource;
  /** As Mesos reads it: `cpus:1;mem:512`. */
  readonly resources: string | undefined;
  readonly attributes: Readonly<Record<string, string>>;
  /** Of this group alone; they go before the cluster's. */
  readonly flags: Flags;
  readonly env: Readonly<Record<string, EnvValue>>;
}

export interface MarathonSpec {
  /** One leads, the others stand by. */
  readonly count: number;
  /** A release such as `1.8.222`, or a candidate: `1.4.0-RC8`. */
  readonly version: string;
  readonly image: { readonly kind: "simulator" | "mesosphere" } | OwnImage;
  /** Flags of Marathon by name, without `--`. */
  readonly flags: Flags;
  readonly env: Readonly<Record<string, EnvValue>>;
}

export interface MesosDnsSpec {
  readonly version: string;
  /** `go` is built from its Go module. Undefined takes what the machine can have. */
  readonly image: { readonly kind: "go" | "mesosphere" } | OwnImage | undefined;
  /** Names are `app.marathon.<domain>`. */
  readonly domain: string;
  /** Further keys of its configuration, checked for its version. */
  readonly config: JsonObject;
}

export interface LoadBalancerSpec {
  /** Of HAProxy or of marathon-lb; undefined takes what the machine can have. */
  readonly version: string | undefined;
  /** `haproxy` is HAProxy with our own bridge to Marathon. */
  readonly image: { readonly kind: "haproxy" | "marathon-lb" } | OwnImage;
  /** Values of the label HAPROXY_GROUP whose apps are served. */
  readonly groups: readonly string[];
  /** How it hears of changes: Marathon's event stream, or by asking again. */
  readonly mode: "events" | "poll";
  /** Arguments of an image of the user's own that is no marathon-lb; undefined: it takes those of marathon-lb. */
  readonly command?: readonly string[];
}

/** An app or a group as Marathon's API takes it, or a file of this machine that holds one in JSON. */
export type AppSpec = { readonly definition: JsonObject } | FileValue;

/** Plain JSON. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** How ssh gets into a machine. */
export interface SshLogin {
  /** Name or address. */
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** Path of a private key; undefined: ssh's own keys and agent. */
  readonly identity: string | undefined;
  /** `ssh-ed25519 AAAA...`: the only key that is accepted; undefined: what the known_hosts file says. */
  readonly hostKey: string | undefined;
  /** Path of a known_hosts file; undefined: ssh's own. */
  readonly knownHosts: string | undefined;
}

/** A machine that the user names. */
export interface SshHostSpec {
  /** Unique in the cluster: `h1`. */
  readonly name: string;
  readonly login: SshLogin;
  /** IPv4 address at which the other hosts reach it; undefined: what the login's address resolves to. */
  readonly privateAddress: string | undefined;
  /** What may run there. */
  readonly roles: readonly Placement[];
}

/** What a host may be chosen for. */
export type Placement = "zookeeper" | "master" | "agent" | "marathon" | "mesos-dns" | "load-balancer";

/** Where the containers run. */
export type TargetSpec = { readonly kind: "local" } | SshTarget | GcpTargetSpec;

/** Machines that ssh reaches. */
export interface SshTarget {
  readonly kind: "ssh";
  readonly hosts: readonly SshHostSpec[];
  /** Name of the stack that made the hosts, which are then none of ours; undefined: `hosts` names them. */
  readonly hostsFrom: string | undefined;
  /** Whether what a host lacks is installed, or only told. */
  readonly prepare: boolean;
  /** Whether the cluster closes its ports on the hosts to all but them; false leaves that to others. */
  readonly firewall: boolean;
}

export interface ClusterSpec {
  /** `[a-z0-9-]`, at most 40 characters. */
  readonly name: string;
  readonly target: TargetSpec;
  /** Undefined: Docker Hub. */
  readonly registry?: RegistrySpec | undefined;
  readonly zookeeper: ZookeeperSpec;
  readonly masters: MastersSpec;
  readonly agents: readonly AgentGroupSpec[];
  readonly marathon: MarathonSpec | undefined;
  readonly mesosDns: MesosDnsSpec | undefined;
  readonly loadBalancer: LoadBalancerSpec | undefined;
  /** Given to Marathon when it is ready. */
  readonly apps: readonly AppSpec[];
  /** Deadline for all apps to be healthy, in seconds. */
  readonly appsTimeout: number;
  /** Of masters and agents alike, as far as the version of each knows them. */
  readonly flags: Flags;
  readonly timings: "default" | "fast";
  /** Ids of rules whose findings do not count. */
  readonly allow: readonly string[];
  /** Ids of dangers that a change of a running cluster may bring. */
  readonly confirm: readonly string[];
  /** Deadline of readiness, in seconds. */
  readonly readyTimeout: number;
  /** Seconds after which the cluster may be removed, counted from when it is made; undefined: never. */
  readonly ttl: number | undefined;
}

export interface TestSpec {
  /** argv; never a shell line. */
  readonly command: readonly string[];
  /** Image in a container of which the command runs; undefined: it runs on this machine itself. */
  readonly image: string | undefined;
  /** Seconds. */
  readonly timeout: number;
  readonly env: Readonly<Record<string, EnvValue>>;
  /** Glob of JUnit files below the cell's output folder. */
  readonly junit: string | undefined;
}

/** What a rule says of a cluster: plain text, safe to print. */
export interface RuleNote {
  /** Id of the rule; `explain` knows it. */
  readonly rule: string;
  /** `refuse` is known not to work, `warn` works badly or not as written, of `unknown` nobody has said that it works. */
  readonly verdict: "refuse" | "warn" | "unknown";
  /** In the spec: `agents[0].version`. */
  readonly path: string;
  /** What is combined, the fact that speaks against it, and where that stands. */
  readonly message: string;
  /** The nearest combination that works. */
  readonly cure: string;
  /** Whether `allow` lets it pass. */
  readonly allowed: boolean;
}

/** One cell: its place on the axes, in the order of the axes, and the cluster it means. */
export interface CellSpec {
  readonly coordinates: Readonly<Record<string, string>>;
  /** `mesos=1.8.0-rc3 zookeeper=3.8`. */
  readonly displayName: string;
  /** The cluster's `name` is filled in by the run, which makes it unique. */
  readonly cluster: ClusterSpec;
  /** Why the cell is not started, whatever its test would say; empty for a cell that is. */
  readonly refused: readonly RuleNote[];
  readonly warnings: readonly RuleNote[];
}

export interface MatrixSpec {
  readonly name: string;
  readonly cells: readonly CellSpec[];
  readonly test: TestSpec;
}
