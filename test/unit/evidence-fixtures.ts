import type { Evidence, LogLine, NodeEvidence } from "../../automation/evidence/evidence";
import { planCluster } from "../../plan/cluster";
import { agentGroup, clusterSpec, planInputs } from "./fixtures";

/** 2026-01-31 12:00 and so many seconds. */
export function at(seconds: number): string {
  return new Date(Date.UTC(2026, 0, 31, 12) + seconds * 1000).toISOString();
}

/** Lines of a log, one a second. */
export function logLines(...texts: readonly string[]): LogLine[] {
  return texts.map((text, i) => ({ at: at(i), text }));
}

/** A healthy cluster of one ZooKeeper server, one master and one agent whose test failed; change what a test is about. */
export function evidence(
  change: Partial<Omit<Evidence, "nodes">> & {
    readonly nodes?: Readonly<Record<string, Partial<NodeEvidence>>>;
  } = {},
): Evidence {
  const spec = clusterSpec({ agents: [agentGroup({ count: 1 })] });
  const plan = planCluster(spec, planInputs());
  return {
    plan,
    up: { kind: "ready" },
    test: {
      started: at(10),
      ended: at(20),
      outcome: { code: 1, signal: undefined, timedOut: false, lastLine: "" },
      lines: [],
    },
    engine: [],
    ...change,
    nodes: plan.containers.map((container) => ({
      plan: container,
      version: container.role === "zookeeper" ? undefined : "1.11.0",
      fate: { status: "running", exitCode: 0, restarts: 0, outOfMemory: false, error: "" },
      argv: container.argv,
      env: [],
      log: [],
      state: undefined,
      metrics: {},
      ...change.nodes?.[container.key],
    })),
  };
}
