/** East Asian wide characters and emoji take two columns of a terminal, marks that combine none (UAX #11). */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const combining = /\p{M}/u;

/** As much of a line as fits into this many columns: a line that wraps could not be erased again. */
export function fitted(line: string, columns: number): string {
  let used = 0;
  let text = "";
  for (const char of line) {
    used += wide.test(char) ? 2 : combining.test(char) ? 0 : 1;
    if (used > columns) break;
    text += char;
  }
  return text;
}
