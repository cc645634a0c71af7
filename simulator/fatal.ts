/** The process cannot go on; it prints the message and exits with 1, as Mesos does. */
export class FatalError extends Error {}
