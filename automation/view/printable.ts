/** Text that a user or a test wrote, made harmless for a terminal: control characters become visible. */
export function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- they are what this looks for
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (c) =>
    c === "\u001b" ? "␛" : `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
