/** Machines of Google Cloud that are made for a cluster, or for all cells of a run. */
export interface GcpTargetSpec {
  readonly kind: "gcp";
  /** Undefined: the project that the user's own Google settings name. */
  readonly project: string | undefined;
  readonly region: string;
  /** Machine n stands in zone n, round and round: so masters, which take the first machines, are spread. */
  readonly zones: readonly string[];
  /** Number of machines. */
  readonly count: number;
  readonly machineType: string;
  /** `project/family` or `project/image` of a Debian. */
  readonly image: string;
  readonly disk: {
    /** Gigabytes. */
    readonly size: number;
    readonly type: string;
  };
  /** Cheaper machines, which Google may take away at any time. */
  readonly spot: boolean;
  /** Beside our own. */
  readonly labels: Readonly<Record<string, string>>;
  /** IPv4 ranges in CIDR that may reach ssh; undefined: the address from which this machine reaches Google. */
  readonly sshFrom: readonly string[] | undefined;
  /** Whether the cluster closes its ports on the machines to all but them, beside what their network lets in. */
  readonly firewall: boolean;
  /** Seconds after which Google deletes every machine, whatever became of us. */
  readonly ttl: number;
}
