import type { AgentState, Evidence, FrameworkState } from "../evidence";
import { firstLine, firstMatch, ofRole, type Cause } from "./cause";

/** What makes a framework wait in vain on a cluster that is in order. */
export const testCauses: readonly Cause[] = [
  {
    id: "loopback",
    title: "a framework that is bound to 127.0.0.1",
    source: "apache/mesos src/sched/sched.cpp, src/scheduler/scheduler.cpp",
    find: (evidence) => {
      const warned = firstMatch(evidence.test?.lines ?? [], /driver bound to loopback interface/);
      const seen = frameworksOf(evidence).find(({ pid }) => /@(?:127\.|\[::1\])/.test(pid ?? ""));
      const tried = firstLine(
        ofRole(evidence, "master"),
        /(?:framework|scheduler)[^\n]*?@(127\.\d+\.\d+\.\d+:\d+)/i,
      )?.match[1];
      if (warned === undefined && seen === undefined && tried === undefined) return undefined;
      const where = seen?.pid?.split("@")[1] ?? tried ?? "127.0.0.1";
      return `the framework is bound to ${where}, where no master can reach it; set LIBPROCESS_IP to MESOS_MATRIX_HOST_IP`;
    },
  },
  {
    id: "offers",
    title: "offers that are too small, or of another role",
    source: "apache/mesos src/master/master.cpp, src/master/validation.cpp, docs/roles.md",
    find: (evidence) => {
      if (evidence.test === undefined) return undefined;
      const lines = [...evidence.nodes.flatMap(({ log }) => log), ...evidence.test.lines];
      const refused = firstMatch(
        lines,
        /(?:Total resources (.+?) required by task.* more than available (.+)|Task uses more resources (.+?) than available (.*))/,
      );
      if (refused !== undefined) {
        const [, total = refused[3] ?? "", available = refused[4] ?? ""] = refused;
        return `a task asks for more than its offers hold (${total} of ${available.trim()}); ask for less, or give agents more resources`;
      }
      const idle = frameworksOf(evidence).filter((framework) => !hasTasks(framework));
      const [framework] = idle;
      if (framework === undefined || idle.length < frameworksOf(evidence).length) return undefined;
      return otherRole(evidence, framework) ?? tooSmall(evidence, framework);
    },
  },
];

/** All frameworks that any master knows or knew. */
function frameworksOf(evidence: Evidence): FrameworkState[] {
  return ofRole(evidence, "master").flatMap(({ state }) => [
    ...(state?.frameworks ?? []),
    ...(state?.completed_frameworks ?? []),
  ]);
}

function hasTasks({ tasks = [], completed_tasks: completed = [] }: FrameworkState): boolean {
  return tasks.length + completed.length > 0;
}

/** All processors are reserved for roles that the framework does not have. */
function otherRole(evidence: Evidence, framework: FrameworkState): string | undefined {
  const agents = ofRole(evidence, "master").flatMap(({ state }) => state?.slaves ?? []);
  const own = framework.roles ?? [framework.role ?? "*"];
  const reserved = agents.flatMap(({ reserved_resources: all = {} }) =>
    Object.entries(all)
      .filter(([, resources]) => cpusOf(resources) > 0)
      .map(([role]) => role),
  );
  const others = [...new Set(reserved)].filter((role) => !own.includes(role));
  const open = agents.some(
    (agent) => unreservedCpus(agent) > 0 || own.some((role) => cpusOf(agent.reserved_resources?.[role]) > 0),
  );
  if (others.length === 0 || open) return undefined;
  return `the framework ${nameOf(framework)} has the role ${own.join(", ")}, but all processors are reserved for ${others.join(", ")}, so its offers hold none; give it that role, or agents resources without one`;
}

/** It got offers, wanted none of them, and launched nothing. */
function tooSmall(evidence: Evidence, framework: FrameworkState): string | undefined {
  const lines = ofRole(evidence, "master").flatMap(({ log }) => log);
  const count = (pattern: RegExp): number => lines.filter(({ text }) => pattern.test(text)).length;
  const declined = count(/Processing DECLINE call for offers/);
  if (declined === 0 || count(/Processing ACCEPT call for offers/) > 0) return undefined;
  const agents = ofRole(evidence, "master").flatMap(({ state }) => state?.slaves ?? []);
  const largest = Math.max(0, ...agents.map(unreservedCpus));
  return `the framework ${nameOf(framework)} declined all ${declined} offers and launched nothing: they are too small for it (at most cpus:${largest} on an agent) or not what it looks for; give agents more resources`;
}

function nameOf({ name = "" }: FrameworkState): string {
  return name === "" ? "without a name" : name;
}

function unreservedCpus({ unreserved_resources: resources }: AgentState): number {
  return cpusOf(resources);
}

function cpusOf(resources: Readonly<Record<string, unknown>> | undefined): number {
  const cpus = resources?.cpus;
  return typeof cpus === "number" ? cpus : 0;
}
