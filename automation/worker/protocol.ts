import type { ClusterSpec, TestSpec } from "../../config/spec";
import type { PlanInputs } from "../../plan/inputs";
import type { LineBatch } from "../cell/paced";
import type { HostsOrder } from "../gcp/hosts-program";
import type { KeptEvidence } from "../evidence/keep";
import type { CellTests } from "../report/run-report";

/** A whole cell: cluster up, test, cluster down. */
export interface CellJob {
  readonly kind: "cell";
  readonly spec: ClusterSpec;
  readonly inputs: PlanInputs;
  readonly test: TestSpec;
  /** Id of the image in which the test runs; undefined: it runs on this machine itself. */
  readonly testImage: string | undefined;
  /** Folder for the cell's evidence. */
  readonly out: string;
  readonly keep: Keep;
}

/** In which case a cell's cluster stays when the cell is over. */
export interface Keep {
  readonly passed: boolean;
  readonly failed: boolean;
}

/** Only the cluster, which stays. */
export interface UpJob {
  readonly kind: "up";
  readonly spec: ClusterSpec;
  readonly inputs: PlanInputs;
  /** Whether a cluster that does not get ready is left for the user to look at. */
  readonly keepFailed: boolean;
}

/** Machines of Google Cloud for clusters that name this stack in `hostsFrom`. */
export interface HostsJob extends HostsOrder {
  readonly kind: "hosts";
  /** Module with `makeHosts`, which declares the machines' resources. */
  readonly program: string;
}

export interface DownJob {
  readonly kind: "down";
  readonly name: string;
  /** Keys of hosts that are gone for good. */
  readonly forget: readonly string[];
}

export type Job = CellJob | UpJob | HostsJob | DownJob;

/** Name of the stack that a job is about. */
export function stackOf(job: Job): string {
  return job.kind === "cell" || job.kind === "up" ? job.spec.name : job.name;
}

/** Asks a worker to stop what it does, clean up and report. */
export interface Abort {
  readonly kind: "abort";
}

/** `images`: they are brought to the cluster's hosts; `create`: containers are made; `ready`: the cluster is waited for. */
export type Phase = "images" | "create" | "ready" | "test" | "destroy";

/** News of a worker while it works. */
export interface Progress {
  readonly kind: "progress";
  readonly phase: Phase;
  /** One line for people; may be empty. */
  readonly text: string;
  /** What the test printed since the last news of it. */
  readonly output?: LineBatch;
}

/** The end of a cell: what happened, in plain facts; the verdict is the judge's. */
export interface CellOutcome {
  readonly up: UpOutcome;
  readonly test: TestOutcome | undefined;
  /** Of a cell that did not pass. */
  readonly evidence: KeptEvidence | undefined;
  /** What could not be removed, in words; empty when nothing is left. */
  readonly left: readonly string[];
  readonly interrupted: boolean;
  /** Whether the cluster was left running on purpose. */
  readonly kept: boolean;
  /** What went wrong without changing the verdict, such as a log that could not be kept. */
  readonly warnings: readonly string[];
}

export type UpOutcome =
  | { readonly kind: "ready" }
  | {
      /** `locked`: another process works on the stack, and nothing of it may be touched. */
      readonly kind: "not-ready" | "wrong-version" | "precondition" | "locked" | "error";
      readonly message: string;
    };

export interface TestOutcome {
  /** Exit code; undefined when it was ended by a signal or the deadline. */
  readonly code: number | undefined;
  readonly timedOut: boolean;
  /** Name of the signal that ended it. */
  readonly signal: string | undefined;
  /** Its last line, for the table. */
  readonly lastLine: string;
  /** What its JUnit files tell. */
  readonly tests: CellTests | undefined;
  readonly warnings: readonly string[];
}

export interface Removal {
  /** What could not be removed, in words. */
  readonly left: readonly string[];
}

/** What each kind of job is answered with. */
export interface Answers {
  readonly cell: CellOutcome;
  readonly up: UpOutcome;
  readonly hosts: UpOutcome;
  readonly down: Removal;
}

export interface Answer {
  readonly kind: "answer";
  readonly value: Answers[keyof Answers];
}

/** The worker itself went wrong. */
export interface Failure {
  readonly kind: "failure";
  readonly message: string;
}

export type FromWorker = Progress | Answer | Failure;
export type ToWorker = Job | Abort;
