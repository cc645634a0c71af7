import type { RunReport } from "./run-report";

/** `report.json`. What a terminal would obey is escaped, so that printing it is harmless. */
export function jsonReport(report: RunReport): string {
  return `${escapedJson(JSON.stringify(report, null, 2))}\n`;
}

/** JSON in which what a terminal would obey is escaped. */
export function escapedJson(text: string): string {
  // Outside of strings JSON has no such character but its line ends.
  return text.replace(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escaped);
}

function escaped(char: string): string {
  return Array.from({ length: char.length }, (_, i) => {
    return `\\u${char.charCodeAt(i).toString(16).padStart(4, "0")}`;
  }).join("");
}
