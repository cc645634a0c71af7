import assert from "node:assert/strict";
import fc from "fast-check";
import { runCells, type Policy, type Turn } from "../../automation/run/cells";
import { longestFirst, timingsOf } from "../../automation/run/order";
import { inTurn, type Room } from "../../automation/run/turns";
import type { CellResult, Verdict } from "../../automation/report/run-report";
import { cellResult, runReport } from "./report-fixtures";

const endless = { slots: 100, memory: Number.POSITIVE_INFINITY };

/** Lets every promise that can go on go on. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Work that ends when the test says so, and how much of it ran at once. */
class Workshop {
  readonly started: number[] = [];
  readonly #ends = new Map<number, () => void>();

  readonly run = ({ id }: { readonly id: number }): Promise<void> => {
    this.started.push(id);
    return new Promise((resolve) => this.#ends.set(id, resolve));
  };

  get running(): number[] {
    return [...this.#ends.keys()];
  }

  async end(id: number): Promise<void> {
    this.#ends.get(id)?.();
    this.#ends.delete(id);
    await settled();
  }
}

describe("work in turn", () => {
  it("starts in order, as much at once as there are slots", async () => {
    const shop = new Workshop();
    const all = [0, 1, 2, 3].map((id) => ({ id, memory: 1 }));
    const done = inTurn(all, { slots: 2, memory: 100 }, shop.run);
    await settled();
    assert.deepEqual(shop.started, [0, 1]);
    await shop.end(1);
    assert.deepEqual(shop.started, [0, 1, 2]);
    await shop.end(0);
    await shop.end(2);
    await shop.end(3);
    await done;
  });

  it("never uses more memory than there is, but lets what is larger than all of it run alone", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 12 }),
        fc.record({ slots: fc.integer({ min: 1, max: 5 }), memory: fc.integer({ min: 1, max: 10 }) }),
        fc.infiniteStream(fc.nat(4)),
        async (sizes, room: Room, picks) => {
          const all = sizes.map((memory, id) => ({ id, memory }));
          const shop = new Workshop();
          const done = inTurn(all, room, shop.run);
          await settled();
          while (shop.running.length > 0) {
            const used = shop.running.reduce((sum, id) => sum + sizes[id]!, 0);
            assert.ok(shop.running.length <= room.slots);
            assert.ok(used <= room.memory || shop.running.length === 1);
            const pick = Number(picks.next().value) % shop.running.length;
            await shop.end(shop.running[pick]!);
          }
          await done;
          assert.deepEqual(
            shop.started,
            all.map(({ id }) => id),
          );
        },
      ),
    ));

  it("waits for what runs when something goes wrong, starts nothing more, and tells the error", async () => {
    const shop = new Workshop();
    const all = [0, 1, 2].map((id) => ({ id, memory: 1 }));
    let rejected = false;
    const done = inTurn(all, { slots: 2, memory: 9 }, (work) =>
      work.id === 0 ? Promise.reject(new Error("broken")) : shop.run(work),
    ).catch((error: unknown) => {
      rejected = true;
      return error;
    });
    await settled();
    assert.equal(rejected, false);
    await shop.end(1);
    assert.match(String(await done), /broken/);
    assert.deepEqual(shop.started, [1]);
  });
});

/** A cell whose attempts end with these verdicts, one after the other. */
interface Scripted extends Turn {
  readonly verdicts: readonly Verdict[];
}

const codes: Partial<Record<Verdict, number>> = { failed: 5, "not-ready": 4, error: 1, interrupted: 130 };

function scripted(index: number, ...verdicts: Verdict[]): Scripted {
  const about = cellResult({ index, name: `cell-${index}`, displayName: `cell=${index}` });
  return { about, decided: undefined, memory: 1, verdicts };
}

async function run(
  turns: readonly Scripted[],
  policy: Partial<Policy> = {},
): Promise<{ results: CellResult[]; attempts: string[] }> {
  const results: CellResult[] = [];
  const attempts: string[] = [];
  await runCells(
    turns,
    {
      room: { ...endless, slots: 1 },
      retries: 0,
      failFast: false,
      strict: false,
      signal: new AbortController().signal,
      ...policy,
    },
    (turn, n) => {
      const verdict = turn.verdicts[n - 1] ?? "passed";
      attempts.push(`${turn.about.index}.${n}`);
      const reason = verdict === "passed" ? "" : `reason ${n}`;
      return Promise.resolve(
        cellResult({
          ...turn.about,
          verdict,
          reason,
          exitCode: codes[verdict] ?? 0,
          seconds: n,
          testTail: [`line ${n}`],
        }),
      );
    },
    (result) => results.push(result),
  );
  return { results, attempts };
}

describe("the cells of a run", () => {
  it("are tried once each, in order", async () => {
    const { results, attempts } = await run([scripted(0, "failed"), scripted(1, "passed")]);
    assert.deepEqual(attempts, ["0.1", "1.1"]);
    assert.deepEqual(
      results.map(({ verdict }) => verdict),
      ["failed", "passed"],
    );
  });

  it("that pass on a retry are flaky, and tell what the attempts before were", async () => {
    const { results, attempts } = await run([scripted(0, "failed", "not-ready", "passed")], { retries: 5 });
    assert.deepEqual(attempts, ["0.1", "0.2", "0.3"]);
    const [result] = results;
    assert.equal(result?.verdict, "flaky");
    assert.equal(result.exitCode, 0);
    assert.equal(
      result.reason,
      "passed on attempt 3\nattempt 1: failed: reason 1\nattempt 2: not-ready: reason 2",
    );
    assert.deepEqual(
      result.attempts.map(({ verdict, seconds, testTail }) => [verdict, seconds, testTail]),
      [
        ["failed", 1, ["line 1"]],
        ["not-ready", 2, ["line 2"]],
      ],
    );
    assert.deepEqual([result.seconds, result.testTail], [6, ["line 3"]]);
  });

  it("that are flaky fail a strict run", async () => {
    const { results } = await run([scripted(0, "failed", "passed")], { retries: 1, strict: true });
    assert.deepEqual([results[0]?.verdict, results[0]?.exitCode], ["flaky", 5]);
  });

  it("that never pass keep the last verdict after N retries", async () => {
    const { results, attempts } = await run([scripted(0, "not-ready", "failed", "failed", "passed")], {
      retries: 2,
    });
    assert.deepEqual(attempts, ["0.1", "0.2", "0.3"]);
    assert.deepEqual([results[0]?.verdict, results[0]?.exitCode], ["failed", 5]);
    assert.match(results[0]?.reason ?? "", /^attempt 3: reason 3\nattempt 1: not-ready: reason 1/);
  });

  it("are not tried again when they were interrupted, nor for what this machine lacks", async () => {
    const lacking: Scripted = {
      ...scripted(1),
      decided: { verdict: "error", reason: "no image", exitCode: 3 },
    };
    const { attempts, results } = await run([scripted(0, "interrupted"), lacking], { retries: 3 });
    assert.deepEqual(attempts, ["0.1"]);
    assert.deepEqual(
      results.map(({ verdict }) => verdict),
      ["error", "interrupted"],
    );
  });

  it("stop after the first that does not pass with failFast, which neither a flaky nor a refused one is", async () => {
    const refused: Scripted = {
      ...scripted(0),
      decided: { verdict: "refused", reason: "rule", exitCode: 0 },
    };
    const turns = [refused, scripted(1, "failed", "passed"), scripted(2, "failed", "failed"), scripted(3)];
    const { results, attempts } = await run(turns, { failFast: true, retries: 1 });
    assert.deepEqual(attempts, ["1.1", "1.2", "2.1", "2.2"]);
    assert.deepEqual(
      results.map(({ verdict, exitCode }) => [verdict, exitCode]),
      [
        ["refused", 0],
        ["flaky", 0],
        ["failed", 5],
        ["skipped", 0],
      ],
    );
    assert.match(results[3]?.reason ?? "", /^not started: cell=2 did not pass/);
  });

  it("do not start once the run is interrupted", async () => {
    const { results, attempts } = await run([scripted(0), scripted(1)], { signal: AbortSignal.abort() });
    assert.deepEqual(attempts, []);
    assert.deepEqual(
      results.map(({ verdict, exitCode }) => [verdict, exitCode]),
      [
        ["skipped", 130],
        ["skipped", 130],
      ],
    );
  });
});

describe("the order of cells", () => {
  it("is longest first, what nobody knows before all, and else the file's", () => {
    const cell = (displayName: string): { displayName: string } => ({ displayName });
    const names = ["a", "b", "new", "c", "d", "never ran"].map(cell);
    const earlier = runReport([
      cellResult({ displayName: "a", seconds: 10 }),
      cellResult({ displayName: "b", seconds: 30 }),
      cellResult({ displayName: "c", seconds: 30 }),
      cellResult({ displayName: "d", seconds: 20 }),
      cellResult({ displayName: "never ran", seconds: 0, started: null, verdict: "skipped" }),
    ]);
    assert.deepEqual(
      longestFirst(names, timingsOf(earlier)).map(({ displayName }) => displayName),
      ["new", "never ran", "b", "c", "d", "a"],
    );
    assert.deepEqual(longestFirst(names, new Map()), names);
  });
});
