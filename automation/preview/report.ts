import type { Danger } from "../../mesos/dangers";
import type { Change } from "../../plan/changes/types";
import type { RuleNote } from "../../config/spec";
import type { PulumiOperation } from "./pulumi";

/** The number that `schema` holds; it grows when an older reader would misread a preview. */
export const previewSchema = 1;

/** What a change means, as every form of the preview tells it. Same input, same report. */
export interface PreviewReport {
  readonly schema: typeof previewSchema;
  /** File or stack, as the user named it. */
  readonly subject: string;
  /** With what it is compared: `what is deployed`, `main (1a2b3c4)`, a file. */
  readonly against: string;
  /** Why a part of what was there is not known; empty when all is. */
  readonly doubts: readonly string[];
  /** What is wrong with the config, a line each; then there is nothing else. */
  readonly problems: readonly string[];
  /** Undefined for a matrix. */
  readonly cluster: ClusterPreview | undefined;
  /** Undefined for a cluster. */
  readonly matrix: MatrixPreview | undefined;
  /** Places of the config to which something is said. */
  readonly annotations: readonly Annotation[];
}

export interface ClusterPreview {
  readonly name: string;
  readonly changes: readonly Change[];
  readonly steps: readonly string[];
  /** Of all changes together, in the order of the table. */
  readonly dangers: readonly (Danger & { readonly confirmed: boolean })[];
  /** What the rules say of the cluster as it would be. */
  readonly notes: readonly RuleNote[];
  /** What else is to be known, such as flags that somebody does not get. */
  readonly remarks: readonly string[];
  /** What Pulumi would do, by its own preview; undefined where Pulumi was not asked. */
  readonly pulumi: readonly PulumiOperation[] | undefined;
}

export interface MatrixPreview {
  readonly name: string;
  /** Cells of the matrix as it would be. */
  readonly total: number;
  readonly cells: readonly CellChange[];
}

/** A cell that is there only before or only after, or that the rules judge otherwise. */
export interface CellChange {
  readonly cell: string;
  readonly change: "added" | "removed" | "refused" | "no longer refused" | "changed";
  /** Why, in words; empty for an added or removed cell that nothing is said of. */
  readonly why: readonly string[];
}

export interface Annotation {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly level: "notice" | "warning" | "error";
  readonly message: string;
}

/** Whether applying it changes anything. */
export function isEmpty({ cluster, matrix, doubts, problems }: PreviewReport): boolean {
  const changes = (cluster?.changes.length ?? 0) + (matrix?.cells.length ?? 0);
  return changes === 0 && doubts.length === 0 && problems.length === 0;
}

/** 2 for a config with problems, else 0, or with details 10 for changes and 11 for dangers that nobody confirmed. */
export function previewExitCode(report: PreviewReport, detailed: boolean): number {
  if (report.problems.length > 0) return 2;
  if (!detailed || isEmpty(report)) return 0;
  return report.cluster?.dangers.some(({ confirmed }) => !confirmed) === true ? 11 : 10;
}
