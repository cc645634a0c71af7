/** Text of HTML or XML that is safe to write as it stands. */
export class Markup {
  constructor(readonly text: string) {}
}

type Value = string | number | Markup | readonly Markup[];

/**
 * Template for HTML and XML: every value is escaped, for elements and for attributes in double quotes; markup and
 * lists of it are put in as they are.
 */
export function markup(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return new Markup(
    parts.map((part, i) => part + (i < values.length ? written(values[i] ?? "") : "")).join(""),
  );
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** What XML 1.0 does not allow in any form, and the control characters that it merely advises against. */
const notXml = /[^\t\n\r\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

function written(value: Value): string {
  if (value instanceof Markup) return value.text;
  if (typeof value === "object") return value.map(({ text }) => text).join("");
  return String(value)
    .replace(notXml, "")
    .replace(/[&<>"']/g, (char) => entities[char] ?? "");
}
