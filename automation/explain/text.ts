import type { Topic } from "./topic";

/**
 * A topic for people: a heading, then a line for each fact, its source in brackets. Long ones go on below their
 * first word; `width` is the terminal's, undefined where there is none.
 */
export function topicText({ kind, name, title, facts }: Topic, width: number | undefined): string {
  const labels = Math.max(...facts.map(({ label }) => label.length)) + 2;
  const lines = facts.flatMap(({ label, text, source }) => {
    const whole = source === undefined ? text : `${text} (${source})`;
    const [first = "", ...rest] = wrapped(
      whole,
      width === undefined ? Infinity : Math.max(40, width - labels - 2),
    );
    return [`  ${label.padEnd(labels)}${first}`, ...rest.map((line) => `${" ".repeat(labels + 2)}${line}`)];
  });
  return [`${kind} ${name}: ${title}`, ...lines, ""].join("\n");
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
