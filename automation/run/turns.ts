/** What a piece of work needs while it runs. */
export interface Needs {
  /** Bytes at its peak. */
  readonly memory: number;
}

/** What may be in use at once. */
export interface Room extends Needs {
  /** Pieces of work. */
  readonly slots: number;
}

/**
 * Runs pieces of work in their order, as many at once as there is room for. One that is larger than all the room
 * runs alone. None overtakes another, so that the order means something. Rejects with the first error, when
 * everything that was started has ended.
 */
export async function inTurn<Work extends Needs>(
  all: readonly Work[],
  room: Room,
  run: (work: Work) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  const errors: unknown[] = [];
  let used = 0;
  for (const work of all) {
    while (running.size > 0 && (running.size >= room.slots || used + work.memory > room.memory)) {
      await Promise.race(running);
    }
    if (errors.length > 0) break;
    used += work.memory;
    const ended: Promise<void> = run(work)
      .catch((error: unknown) => {
        errors.push(error);
      })
      .finally(() => {
        used -= work.memory;
        running.delete(ended);
      });
    running.add(ended);
  }
  await Promise.all(running);
  if (errors.length > 0) throw errors[0];
}
