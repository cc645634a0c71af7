import { NoEngineError } from "../readiness/docker";

/** Something this machine lacks before anything can start; the message says the cure. Exit code 3. */
export class PreconditionError extends Error {
  override readonly name = "PreconditionError";
}

/** Whether the machine is at fault, not us and not the user's file. */
export function isPrecondition(error: unknown): boolean {
  return error instanceof PreconditionError || error instanceof NoEngineError;
}
