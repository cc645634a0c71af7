import type { ClusterSpec, SshTarget } from "../../config/spec";
import type { PlanInputs, ResolvedImage } from "../../plan/inputs";

/** A small checked spec; change what a test is about. */
export function clusterSpec(change: Partial<ClusterSpec> = {}): ClusterSpec {
  return {
    name: "test",
    target: { kind: "local" },
    registry: undefined,
    zookeeper: { count: 1, version: undefined, image: undefined },
    masters: {
      count: 1,
      version: "1.11.0",
      commit: undefined,
      image: { kind: "simulator" },
      flags: {},
      env: {},
    },
    agents: [agentGroup()],
    marathon: undefined,
    mesosDns: undefined,
    loadBalancer: undefined,
    apps: [],
    appsTimeout: 300,
    flags: {},
    timings: "default",
    allow: [],
    confirm: [],
    readyTimeout: 120,
    ttl: undefined,
    ...change,
  };
}

/** A checked target of one host. */
export function sshTarget(change: Partial<SshTarget> = {}): SshTarget {
  const login = { address: "192.0.2.10", port: 22, user: "root", identity: undefined };
  return {
    kind: "ssh",
    hosts: [
      {
        name: "h1",
        login: { ...login, hostKey: undefined, knownHosts: undefined },
        privateAddress: undefined,
        roles: ["zookeeper", "master", "agent"],
      },
    ],
    hostsFrom: undefined,
    prepare: false,
    firewall: true,
    ...change,
  };
}

export function agentGroup(
  change: Partial<ClusterSpec["agents"][number]> = {},
): ClusterSpec["agents"][number] {
  return {
    count: 2,
    version: "1.11.0",
    commit: undefined,
    image: { kind: "simulator" },
    resources: "cpus:1;mem:512",
    attributes: {},
    flags: {},
    env: {},
    ...change,
  };
}

export function marathon(
  change: Partial<NonNullable<ClusterSpec["marathon"]>> = {},
): NonNullable<ClusterSpec["marathon"]> {
  return { count: 1, version: "1.8.222", image: { kind: "simulator" }, flags: {}, env: {}, ...change };
}

export function planInputs(groups = 1, change: Partial<PlanInputs> = {}): PlanInputs {
  return {
    images: {
      zookeeper: image("zookeeper"),
      masters: image("master"),
      marathon: image("marathon"),
      ...Object.fromEntries(Array.from({ length: groups }, (_, i) => [`agents[${i}]`, image(`agent${i}`)])),
    },
    subnet: "10.192.16.0/20",
    remote: undefined,
    ownership: { run: "run1", cell: "mesos=1.11.0", expires: undefined },
    ...change,
  };
}

export function image(name: string): ResolvedImage {
  const found = { asked: name, digest: undefined, platform: "linux/amd64", source: "engine" } as const;
  return { reference: `${name}:1`, id: `sha256:${name}`, ...found, env: {} };
}
