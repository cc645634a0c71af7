import type { ClusterPlan, ContainerPlan } from "../../plan/types";
import type { TestOutcome, UpOutcome } from "../worker/protocol";

/** One line that a container or a test wrote. */
export interface LogLine {
  /** `2026-01-31T12:00:00.000Z` */
  readonly at: string;
  readonly text: string;
}

/** What the engine says of a container after a failure. */
export interface ContainerFate {
  /** `running`, `exited`, `created`, ... */
  readonly status: string;
  readonly exitCode: number;
  readonly restarts: number;
  readonly outOfMemory: boolean;
  /** Why it could not be started, in the engine's words; mostly empty. */
  readonly error: string;
  /** Seconds from its last start to its last end; undefined while it runs, and where it never ended. */
  readonly lived?: number | undefined;
}

/** The parts of `/state` that causes are read from; all of them may be missing. */
export interface MesosState {
  readonly frameworks?: readonly FrameworkState[];
  readonly completed_frameworks?: readonly FrameworkState[];
  readonly slaves?: readonly AgentState[];
}

export interface FrameworkState {
  readonly name?: string;
  readonly role?: string;
  readonly roles?: readonly string[];
  readonly pid?: string;
  readonly hostname?: string;
  readonly tasks?: readonly unknown[];
  readonly completed_tasks?: readonly unknown[];
}

export interface AgentState {
  readonly hostname?: string;
  readonly unreserved_resources?: Readonly<Record<string, unknown>>;
  readonly reserved_resources?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** What is known of one container of the cluster. */
export interface NodeEvidence {
  readonly plan: ContainerPlan;
  /** The tag of Mesos that was asked for. */
  readonly version: string | undefined;
  /** Undefined: the container does not exist. */
  readonly fate: ContainerFate | undefined;
  /** Words after the program, as the container has them. */
  readonly argv: readonly string[];
  /** `NAME=value`, as the container has them. */
  readonly env: readonly string[];
  readonly log: readonly LogLine[];
  /** `/state`, of masters and agents that answer it. */
  readonly state: MesosState | undefined;
  readonly metrics: Readonly<Record<string, number>>;
}

/** Something that happened to a container, as the engine told it. */
export interface EngineEvent {
  readonly at: string;
  /** Key of the node, or the container's name. */
  readonly node: string;
  /** `start`, `die`, `oom`, `kill`, ... */
  readonly action: string;
  /** Of `die`. */
  readonly exitCode: number | undefined;
  /** Of `kill`. */
  readonly signal: string | undefined;
}

/** A test that ran. */
export interface TestEvidence {
  readonly started: string;
  readonly ended: string;
  readonly outcome: Pick<TestOutcome, "code" | "signal" | "timedOut" | "lastLine"> | undefined;
  /** Its first and its last lines. */
  readonly lines: readonly LogLine[];
}

/** Everything that is known of a cell that did not pass. Plain: causes and stories are made of it without Docker. */
export interface Evidence {
  readonly plan: ClusterPlan;
  readonly up: UpOutcome;
  readonly test: TestEvidence | undefined;
  readonly nodes: readonly NodeEvidence[];
  readonly engine: readonly EngineEvent[];
}

/** The same moment with milliseconds, which sort like the moments that they mean. */
export function moment(stamp: string): string {
  const [, second = "1970-01-01T00:00:00", fraction = ""] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?/.exec(stamp) ?? [];
  return `${second}.${fraction.slice(0, 3).padEnd(3, "0")}Z`;
}

/** A container that the engine knows and that does not run. */
export function isDown({ fate }: NodeEvidence): boolean {
  return fate?.status !== "running";
}
