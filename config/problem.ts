/** A place in a user's file; line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One thing wrong with what a user wrote. */
export interface Problem {
  readonly place: Place;
  /** Where in the model: `agents[0].count`. */
  readonly path: string;
  /** The value and the rule it breaks, in the user's words. */
  readonly message: string;
  /** What to write instead. */
  readonly cure: string;
}

/** Everything wrong with a config, in one answer. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(formatProblem).join("\n"));
  }
}

/** `file:line:column: path: message; cure`. */
export function formatProblem({ place, path, message, cure }: Problem): string {
  const where = path === "" ? "" : `${path}: `;
  return `${place.file}:${place.line}:${place.column}: ${where}${message}; ${cure}`;
}
