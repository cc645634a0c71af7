import type { PreviewReport } from "./report";

/** GitHub shows ten annotations of a kind for a step; the summary has them all. */
const most = 10;

/**
 * Workflow commands by which GitHub puts a preview's remarks at the lines of the config. What a user wrote cannot end
 * a command or begin another.
 */
export function annotationLines({ annotations }: PreviewReport): string {
  const lines = (["error", "warning", "notice"] as const).flatMap((level) =>
    annotations
      .filter((annotation) => annotation.level === level)
      .slice(0, most)
      .map(({ file, line, message }) => `::${level} file=${property(file)},line=${line}::${data(message)}\n`),
  );
  return lines.join("");
}

/** Source: actions/toolkit packages/core/src/command.ts. */
function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
