import { NoEngineError } from "../readiness/docker";
import { HostError } from "../readiness/ssh";

/** Something this machine lacks before anything can start; the message says the cure. Exit code 3. */
export class PreconditionError extends Error {
  override readonly name = "PreconditionError";
}

/** Whether the machine, or a host that it is to reach, is at fault, not us and not the user's file. */
export function isPrecondition(error: unknown): error is Error {
  return [PreconditionError, NoEngineError, HostError].some((kind) => error instanceof kind);
}
