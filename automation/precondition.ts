/** Something this machine lacks before anything can start; the message says the cure. Exit code 3. */
export class PreconditionError extends Error {
  override readonly name = "PreconditionError";
}
