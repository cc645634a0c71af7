import { marathonExit } from "../mesos/marathon-exit-codes";
import type { ReadinessNode, ReadinessPlan } from "../plan/types";
import { lastLines } from "./docker";
import { judge, type Judgement } from "./judge";
import { type HostLinks, linkOf, withHosts } from "./hosts";
import { observe, type NodeObservation } from "./observe";
import { waitFor } from "./wait";

/** The container that keeps a cluster from being ready. */
export interface Blame {
  readonly container: string;
  readonly status: string;
  readonly exitCode: number;
  readonly restarts: number;
  readonly lastLines: readonly string[];
  /** What the exit code means, where the program documents it. */
  readonly cause: string | undefined;
}

/** Why a cluster is not ready. */
export interface NotReady {
  readonly kind: "not-ready" | "wrong-version";
  readonly message: string;
  readonly missing: readonly string[];
  readonly blame: Blame | undefined;
}

export type Proof =
  { readonly ready: true; readonly leader: ReadinessNode; readonly seconds: number } | NotReady;

const pauseMilliseconds = 200;
const linesOfBlame = 12;

/** Waits until the cluster is ready, cannot become so, or the plan's deadline passes. */
export function proveReady(
  plan: ReadinessPlan,
  options: { onProgress: (line: string) => void; signal?: AbortSignal },
): Promise<Proof> {
  return withHosts(plan.hosts, (links) => proveOver(links, plan, options), options.signal);
}

async function proveOver(
  links: HostLinks,
  plan: ReadinessPlan,
  options: Parameters<typeof proveReady>[1],
): Promise<Proof> {
  let progress = "";
  const waited = await waitFor(
    async () => {
      const seen = await observe(plan, links, options.signal);
      const judgement = judge(seen);
      if (judgement.progress !== progress) options.onProgress((progress = judgement.progress));
      const done = judgement.missing.length === 0 && judgement.leader !== undefined;
      const hopeless = judgement.wrongVersions.length > 0 || judgement.dead.length > 0;
      return { state: hopeless ? "hopeless" : done ? "ready" : "waiting", value: { seen, judgement } };
    },
    { timeoutSeconds: plan.timeoutSeconds, pauseMilliseconds, signal: options.signal },
  );
  const { seen, judgement } = waited.value;
  if (waited.ended === "ready" && judgement.leader !== undefined) {
    for (const { key, commit = "" } of judgement.unsaidCommits)
      options.onProgress(
        `${key} does not say of which commit it was built: nobody knows whether it is ${commit}`,
      );
    return { ready: true, leader: judgement.leader, seconds: waited.seconds };
  }
  if (judgement.wrongVersions.length > 0) return wrongVersion(judgement);
  return notReady(plan, links, seen, judgement, waited.seconds);
}

function wrongVersion(judgement: Judgement): NotReady {
  const lines = judgement.wrongVersions.map(
    ({ node, reports }) =>
      `${node.container} runs ${node.role === "marathon" ? "Marathon" : "Mesos"} ${reports}, but ${node.commit === undefined ? (node.version ?? "") : `commit ${node.commit}`} was asked for: its image holds another version`,
  );
  return { kind: "wrong-version", message: lines.join("\n"), missing: lines, blame: undefined };
}

async function notReady(
  plan: ReadinessPlan,
  links: HostLinks,
  seen: readonly NodeObservation[],
  judgement: Judgement,
  seconds: number,
): Promise<NotReady> {
  const missing = judgement.missing.map((m) => m.condition);
  const blame = await blamed(links, seen, judgement);
  const message = [
    `not ready after ${seconds.toFixed(1)} s (deadline ${plan.timeoutSeconds} s); missing:`,
    ...missing.map((condition) => `  - ${condition}`),
    ...(blame === undefined ? [] : describeBlame(blame)),
  ].join("\n");
  return { kind: "not-ready", message, missing, blame };
}

/** Dead containers first; then whoever a missing condition names. */
async function blamed(
  links: HostLinks,
  seen: readonly NodeObservation[],
  judgement: Judgement,
): Promise<Blame | undefined> {
  const named = judgement.missing.find((m) => m.node !== undefined)?.node;
  const one = judgement.dead[0] ?? seen.find((o) => o.node === named);
  if (one?.container === undefined) return undefined;
  const { status, exitCode, restarts } = one.container;
  const { engine } = linkOf(links, one.node.host);
  const lines = await lastLines(one.node.container, linesOfBlame, engine);
  const cause = one.node.role === "marathon" && status !== "running" ? marathonExit(exitCode) : undefined;
  return {
    container: one.node.container,
    status,
    exitCode,
    restarts,
    lastLines: lines,
    cause: cause === undefined ? undefined : `${cause.cause}: ${cause.cure}`,
  };
}

function describeBlame(blame: Blame): string[] {
  const fate =
    blame.status === "running" && blame.restarts === 0
      ? "runs"
      : `exited with code ${blame.exitCode}${blame.restarts > 0 ? `, ${blame.restarts} restarts` : ""}`;
  const lines = blame.lastLines.length > 0 ? blame.lastLines : ["(it wrote nothing)"];
  const why = blame.cause === undefined ? "" : `, since ${blame.cause}`;
  return [
    `container ${blame.container} ${fate}${why}; its last lines:`,
    ...lines.map((line) => `  | ${line}`),
  ];
}
