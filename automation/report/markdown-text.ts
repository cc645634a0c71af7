/**
 * Text of one line as a code span, in which CommonMark and GitHub interpret nothing. A pipe would end the cell of a
 * table even there, and its escape (`\|`) fails after another backslash: it is written as the broken bar `¦`.
 */
export function code(line: string): string {
  if (line === "") return "";
  const text = line.replaceAll("|", "¦");
  const fence = "`".repeat(longestRun(text) + 1);
  const pad = /^`|`$|^ .* $/.test(text) ? " " : "";
  return `${fence}${pad}${text}${pad}${fence}`;
}

/** Lines as a fenced block, its fence longer than any in the text. */
export function codeBlock(lines: readonly string[]): string {
  const text = lines.join("\n");
  const fence = "`".repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}text\n${text}\n${fence}\n`;
}

/** One row; the cells hold no pipe and no line end. */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |\n`;
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
