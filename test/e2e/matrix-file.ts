/** A small matrix of the simulator; JSON is YAML. */
export function matrixFile(change: {
  readonly versions?: readonly string[];
  readonly command: readonly string[];
  readonly cluster?: Readonly<Record<string, unknown>>;
  readonly test?: Readonly<Record<string, unknown>>;
}): string {
  return JSON.stringify({
    apiVersion: "mesos-matrix/v1",
    kind: "Matrix",
    cluster: {
      mesos: { image: "simulator" },
      timings: "fast",
      agents: [{ count: 1, resources: "cpus:1;mem:512" }],
      ...change.cluster,
    },
    axes: { mesos: change.versions ?? ["1.11.0"] },
    test: { command: change.command, timeout: "1m", ...change.test },
  });
}
