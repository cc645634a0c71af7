import type { RunReport } from "./run-report";

/** `report.json`. What a terminal would obey is escaped, so that printing it is harmless. */
export function jsonReport(report: RunReport): string {
  const text = JSON.stringify(report, null, 2);
  // Outside of strings JSON has no such character but its line ends.
  return `${text.replace(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escaped)}\n`;
}

function escaped(char: string): string {
  return Array.from({ length: char.length }, (_, i) => {
    return `\\u${char.charCodeAt(i).toString(16).padStart(4, "0")}`;
  }).join("");
}
