const LONGEST = 60;

/**
 * A user's value as it may stand in a message: short, on one line, quoted when it is text. Lists and mappings are
 * only named, however deep they are.
 */
export function show(value: unknown): string {
  if (typeof value === "string") {
    const short = value.length > LONGEST ? `${value.slice(0, LONGEST)}...` : value;
    return printable(JSON.stringify(short));
  }
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  return typeof value === "number" || typeof value === "boolean" ? String(value) : typeof value;
}

/**
 * Text with everything escaped that a terminal would obey or hide: control and format characters (escape
 * sequences, bidirectional overrides, zero-width ones), line separators, lone surrogates.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (char) => {
    const code = char.codePointAt(0) ?? 0;
    return code > 0xff ? `\\u{${code.toString(16)}}` : `\\x${code.toString(16).padStart(2, "0")}`;
  });
}

/** `a`, `a or b`, `a, b or c`. */
export function oneOf(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} or ${last}`;
}

/** `text` as a YAML scalar that reads back as this very text inside a list or a mapping in flow style. */
export function yamlText(text: string): string {
  const plain = /^[A-Za-z./_][\w./@%+=-]*$/.test(text) && !/^(?:true|false|null|~)$/i.test(text);
  return plain ? text : printable(JSON.stringify(text));
}
