import type { Evidence, LogLine, NodeEvidence } from "../evidence";

/** A row of the table of causes. */
export interface Cause {
  /** Stable: reports carry it. */
  readonly id: string;
  /** What it is, in a few words. */
  readonly title: string;
  /** Where it stands that this looks so. */
  readonly source: string;
  /** The cause in one sentence with its cure, or undefined where the evidence does not show it. */
  readonly find: (evidence: Evidence) => string | undefined;
}

/** The first line of any node's log that matches, and whose it is. */
export function firstLine(
  nodes: readonly NodeEvidence[],
  pattern: RegExp,
): { readonly node: NodeEvidence; readonly match: RegExpExecArray } | undefined {
  for (const node of nodes) {
    const match = firstMatch(node.log, pattern);
    if (match !== undefined) return { node, match };
  }
  return undefined;
}

/** The first match in lines. */
export function firstMatch(lines: readonly LogLine[], pattern: RegExp): RegExpExecArray | undefined {
  for (const { text } of lines) {
    const match = pattern.exec(text);
    if (match !== null) return match;
  }
  return undefined;
}

/** `Mesos 1.8.0`, or nothing for a node without a version. */
export function ofVersion({ version }: NodeEvidence): string {
  return version === undefined ? "" : ` of Mesos ${version}`;
}

/** Nodes of one role. */
export function ofRole(evidence: Evidence, role: NodeEvidence["plan"]["role"]): NodeEvidence[] {
  return evidence.nodes.filter((node) => node.plan.role === role);
}
