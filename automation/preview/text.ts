import { noteLine } from "../../config/oracle/review";
import { printable } from "../../config/wording";
import type { Change } from "../../plan/changes/types";
import type { PulumiOperation } from "./pulumi";
import { type ClusterPreview, isEmpty, type MatrixPreview, type PreviewReport } from "./report";
import { headline, signs } from "./summary";

/** A preview for a terminal: lines without anything that a terminal would obey. */
export function textPreview(report: PreviewReport): string {
  const lines = [
    headline(report),
    ...report.doubts.map((doubt) => `not all is known: ${doubt}`),
    ...report.problems,
    ...(report.cluster === undefined ? [] : clusterLines(report.cluster, isEmpty(report))),
    ...(report.matrix === undefined ? [] : matrixLines(report.matrix)),
  ];
  return `${lines.map((line) => line.split("\n").map(printable).join("\n")).join("\n")}\n`;
}

function clusterLines(cluster: ClusterPreview, empty: boolean): string[] {
  const { changes, steps, notes, remarks, dangers, pulumi } = cluster;
  const open = dangers.filter(({ confirmed }) => !confirmed);
  return [
    ...changes.flatMap((change) => ["", ...changeLines(change, cluster)]),
    ...(steps.length === 0 ? [] : ["", "In this order:", ...steps.map((step, i) => `  ${i + 1}. ${step}`)]),
    ...(notes.length + remarks.length === 0 ? [] : ["", "To be known:"]),
    ...notes.map((note) => `  ${note.allowed ? "" : `${note.verdict}: `}${noteLine(note)}`),
    ...remarks.map((remark) => `  ${remark}`),
    ...(pulumi === undefined || empty ? [] : ["", ...pulumiLines(pulumi)]),
    ...(open.length === 0
      ? []
      : [
          "",
          `To apply it, confirm with --yes or in the config: confirm: [${open.map(({ id }) => id).join(", ")}]`,
        ]),
  ];
}

function changeLines(change: Change, { dangers }: ClusterPreview): string[] {
  const { subject, reasons, touched, consequences } = change;
  return [
    subject,
    ...reasons.map(({ what, key }) => `  ${what}   (${key})`),
    ...touched.map(({ operation, key }) => `  ${signs[operation]} ${key}`),
    ...dangers
      .filter(({ id }) => change.dangers.includes(id))
      .map(({ id, title, confirmed }) => `  ! ${title} (${id}${confirmed ? ", confirmed" : ""})`),
    ...consequences.map(({ about, text }) => `  ${`${about}:`.padEnd(11)} ${text}`),
    ...(consequences.length === 0 ? ["  no consequence: nothing that runs notices it"] : []),
  ];
}

function pulumiLines(pulumi: readonly PulumiOperation[]): string[] {
  return [
    `Pulumi would change ${pulumi.length} resources:`,
    ...pulumi.map(
      ({ operation, type, name, properties }) =>
        `  ${signs[operation]} ${type} ${name}${properties.length === 0 ? "" : ` [${properties.join(", ")}]`}`,
    ),
  ];
}

function matrixLines({ cells }: MatrixPreview): string[] {
  return cells.flatMap(({ cell, change, why }) => [
    `  ${change}: ${cell}`,
    ...why.map((line) => `    ${line}`),
  ]);
}
