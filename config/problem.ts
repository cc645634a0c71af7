import { printable } from "./wording";

/**
 * A place in a user's file. Line and column count from 1; both are 0 where the file itself is meant (it is
 * missing, too big, not text).
 */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One thing wrong with what a user wrote. Every text is safe to print on a terminal, but for `place.file`. */
export interface Problem {
  readonly place: Place;
  /** Where in the file's model: `cluster.agents[0].count`, `mesos-matrix:cluster.masters` or "". */
  readonly path: string;
  /** The value and the rule it breaks, in the user's words. */
  readonly message: string;
  /** What to write instead. */
  readonly cure: string;
}

/** Everything wrong with a config, in one answer, in the order of the file. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  constructor(
    readonly problems: readonly Problem[],
    options?: ErrorOptions,
  ) {
    super(problems.map(formatProblem).join("\n"), options);
  }
}

/** `file:line:column: path: message; cure`, or `file: message; cure` for the file itself. */
export function formatProblem({ place, path, message, cure }: Problem): string {
  const position = place.line === 0 ? "" : `:${place.line}:${place.column}`;
  const where = path === "" ? "" : `${path}: `;
  return `${printable(place.file)}${position}: ${where}${message}; ${cure}`;
}
