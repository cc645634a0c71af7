import { noteLine } from "../../config/oracle/review";
import type { Change } from "../../plan/changes/types";
import { commentLimit, fit } from "../report/markdown";
import { code, codeBlock } from "../report/markdown-text";
import { oneLine } from "../report/text";
import type { PulumiOperation } from "./pulumi";
import type { ClusterPreview, MatrixPreview, PreviewReport } from "./report";
import { headline, signs } from "./summary";

/** So many changes stand open; the rest is folded. */
const openChanges = 20;
const longestLine = 400;
/** Characters kept free for headings and for saying what is left out. */
const reserve = 600;

/**
 * Markdown for a comment on a pull request or a job's summary. Texts that may hold a user's words stand in code,
 * where no renderer looks for mentions, links, HTML or emphasis.
 * @param limit most characters; what does not fit is counted
 */
export function markdownPreview(report: PreviewReport, limit = commentLimit): string {
  const head = [
    `## mesos-matrix: ${word(headline(report))}`,
    "",
    ...report.doubts.flatMap((doubt) => [`> ❓ not all is known: ${word(doubt)}`, ""]),
  ].join("\n");
  const parts = partsOf(report);
  const tail = parts.tail.join("");
  const shown = fit(parts.changes, limit - head.length - Math.min(tail.length, limit / 2) - reserve);
  const open = shown.slice(0, openChanges).join("");
  const folded = shown.slice(openChanges);
  const left = parts.changes.length - shown.length;
  const body = [
    head,
    open,
    folded.length === 0 ? "" : details(`${folded.length} more`, folded.join("")),
    left === 0 ? "" : `\n_${left} more are left out here: \`--format json\` has them._\n`,
  ].join("\n");
  const rest = fit(parts.tail, limit - body.length - reserve);
  const cut = parts.tail.length - rest.length;
  return `${body}${rest.join("")}${cut === 0 ? "" : `\n_${cut} more sections are left out here._\n`}`;
}

function partsOf({ cluster, matrix, problems }: PreviewReport): { changes: string[]; tail: string[] } {
  if (problems.length > 0) return { changes: problems.map((problem) => `- ${word(problem)}\n`), tail: [] };
  if (matrix !== undefined) return { changes: matrixItems(matrix), tail: [] };
  if (cluster === undefined) return { changes: [], tail: [] };
  return { changes: cluster.changes.map((change) => item(change, cluster)), tail: tailOf(cluster) };
}

function item(change: Change, { dangers }: ClusterPreview): string {
  const marks = dangers.filter(({ id }) => change.dangers.includes(id));
  const touched = change.touched.map(({ operation, key }) => `${signs[operation]} ${key}`);
  return [
    `\n### ${marks.length > 0 ? "⚠️ " : ""}${word(change.subject)}\n`,
    ...change.reasons.map(({ what, key }) => `- ${word(what)} — ${word(key)}`),
    ...(touched.length === 0 ? [] : [`- ${word(touched.join(", "))}`]),
    ...marks.map(({ id, title, confirmed }) => `- **${title}** (\`${id}\`${confirmed ? ", confirmed" : ""})`),
    ...change.consequences.map(({ about, text }) => `- ${about}: ${prose(text)}`),
    ...(change.consequences.length === 0 ? ["- no consequence: nothing that runs notices it"] : []),
    "",
  ].join("\n");
}

function tailOf({ steps, notes, remarks, dangers, pulumi, changes }: ClusterPreview): string[] {
  const open = dangers.filter(({ confirmed }) => !confirmed).map(({ id }) => id);
  return [
    ...(open.length === 0
      ? []
      : [`\n> ⚠️ To apply it, confirm: \`confirm: [${open.join(", ")}]\` in the config, or \`--yes\`.\n`]),
    ...(steps.length === 0
      ? []
      : [`\n**In this order**\n\n${steps.map((step, i) => `${i + 1}. ${prose(step)}`).join("\n")}\n`]),
    ...(notes.length + remarks.length === 0
      ? []
      : [
          `\n**To be known**\n\n${[
            ...notes.map((note) => `- ${note.allowed ? "" : `${note.verdict}: `}${word(noteLine(note))}`),
            ...remarks.map((remark) => `- ${word(remark)}`),
          ].join("\n")}\n`,
        ]),
    ...(pulumi === undefined || changes.length === 0
      ? []
      : [
          details(`Pulumi would change ${pulumi.length} resources`, `\n${codeBlock(pulumi.map(pulumiLine))}`),
        ]),
  ];
}

function pulumiLine({ operation, type, name, properties }: PulumiOperation): string {
  const differing = properties.length === 0 ? "" : ` [${properties.join(", ")}]`;
  return oneLine(`${signs[operation]} ${type} ${name}${differing}`, longestLine);
}

function matrixItems({ cells }: MatrixPreview): string[] {
  return cells.map(({ cell, change, why }) =>
    [`- ${change}: ${word(cell)}\n`, ...why.map((line) => `  - ${word(line)}\n`)].join(""),
  );
}

function details(summary: string, content: string): string {
  return `\n<details><summary>${summary}</summary>\n${content}\n</details>\n`;
}

/** Text that may hold anything. */
function word(text: string): string {
  return code(oneLine(text, longestLine));
}

/** Our own sentences: only what Markdown would take for itself is escaped. */
function prose(text: string): string {
  return oneLine(text, longestLine).replace(/[\\`*_{}[\]<>|@#~]/g, (char) => `&#${char.charCodeAt(0)};`);
}
