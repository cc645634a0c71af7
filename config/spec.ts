/**
 * What a user's file or stack config says once it is checked and every default is filled in. Plain values:
 * the same file gives the same spec, byte for byte.
 */

/** A value that must never be printed: where to read it, or (from a stack's `secure:` entry) the value itself. */
export interface SecretValue {
  readonly secret: { readonly env: string } | { readonly file: string } | { readonly value: string };
}

export type EnvValue = string | SecretValue;

/** Where images come from. `simulator` is our stand-in; the names are registries' repositories. */
export type ImageSource =
  | { readonly kind: "simulator" }
  | { readonly kind: "mesosphere" | "redjack" | "mesos" }
  | { readonly kind: "custom"; readonly repository: string; readonly tag: string };

export interface ZookeeperSpec {
  readonly count: number;
  /** A release of ZooKeeper such as `3.8` or `3.9.5`; undefined takes what the machine can have. */
  readonly version: string | undefined;
}

export interface MastersSpec {
  readonly count: number;
  /** A known Mesos tag. */
  readonly version: string;
  readonly image: ImageSource;
  readonly env: Readonly<Record<string, EnvValue>>;
}

export interface AgentGroupSpec {
  readonly count: number;
  readonly version: string;
  readonly image: ImageSource;
  /** As Mesos reads it: `cpus:1;mem:512`. */
  readonly resources: string | undefined;
  readonly attributes: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, EnvValue>>;
}

export interface ClusterSpec {
  /** `[a-z0-9-]`, at most 40 characters. */
  readonly name: string;
  readonly target: { readonly kind: "local" };
  readonly zookeeper: ZookeeperSpec;
  readonly masters: MastersSpec;
  readonly agents: readonly AgentGroupSpec[];
  readonly timings: "default" | "fast";
  /** Deadline of readiness, in seconds. */
  readonly readyTimeout: number;
}

export interface TestSpec {
  /** argv; never a shell line. */
  readonly command: readonly string[];
  /** Seconds. */
  readonly timeout: number;
  readonly env: Readonly<Record<string, EnvValue>>;
}

/** One cell: its place on the axes, in the order of the axes, and the cluster it means. */
export interface CellSpec {
  readonly coordinates: Readonly<Record<string, string>>;
  /** `mesos=1.8.0-rc3 zookeeper=3.8`. */
  readonly displayName: string;
  /** The cluster's `name` is filled in by the run, which makes it unique. */
  readonly cluster: ClusterSpec;
}

export interface MatrixSpec {
  readonly name: string;
  readonly cells: readonly CellSpec[];
  readonly test: TestSpec;
}
