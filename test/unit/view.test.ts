import assert from "node:assert/strict";
import { fitted } from "../../automation/view/fitted";
import { jsonView } from "../../automation/view/json";
import { liveView } from "../../automation/view/live";
import { plainView } from "../../automation/view/plain";
import { aboutLeft, secondsLeft } from "../../automation/view/time-left";
import { cellResult } from "./report-fixtures";

const result = cellResult({ displayName: "mesos=1.7.1", verdict: "passed", reason: "", seconds: 41.4 });

/** What a terminal of this size would show, as far as the live view's own escapes go. */
class Screen {
  #lines: string[] = [];

  constructor(
    readonly columns: number,
    readonly rows: number,
  ) {}

  write(text: string): void {
    const erases = text.startsWith("\u001b[");
    if (erases) this.#lines = this.#lines.slice(0, this.#lines.length - Number.parseInt(text.slice(2), 10));
    const rest = erases ? text.slice(text.indexOf("J") + 1) : text;
    this.#lines.push(...rest.split("\n").slice(0, -1));
  }

  get lines(): readonly string[] {
    return this.#lines;
  }
}

describe("the plain view", () => {
  it("writes a line for each piece of news, none for a mere change of text", () => {
    let text = "";
    const view = plainView((line) => (text += line));
    view.show({ kind: "started", run: "0a1b2c3d", total: 1, slots: 2 });
    view.show({ kind: "phase", cell: "mesos=1.7.1", phase: "create", text: "" });
    view.show({ kind: "phase", cell: "mesos=1.7.1", phase: "create", text: "3/4 containers" });
    view.show({ kind: "phase", cell: "mesos=1.7.1", phase: "test", text: "line of the test" });
    view.show({ kind: "finished", result });
    assert.equal(text, "1 cell\nmesos=1.7.1: create\nmesos=1.7.1: test\n✓ mesos=1.7.1  41 s\n");
  });

  it("tells every change and what tests print where it is to be verbose, and how much is left out", () => {
    let text = "";
    const view = plainView((line) => (text += line), true);
    const phase = { kind: "phase" as const, cell: "mesos=1.7.1" };
    view.show({ ...phase, phase: "create", text: "3/4 containers" });
    const output = { lines: ["\u001b[32mgreen\u001b[0m", "last"], leftOut: 7 };
    view.show({ ...phase, phase: "test", text: "last", output });
    assert.deepEqual(text.split("\n"), [
      "mesos=1.7.1: create",
      "mesos=1.7.1: create: 3/4 containers",
      "mesos=1.7.1: test",
      "mesos=1.7.1 | ... 7 more lines",
      "mesos=1.7.1 | green",
      "mesos=1.7.1 | last",
      "",
    ]);
  });

  it("lets no terminal escape through", () => {
    let text = "";
    plainView((line) => (text += line)).show({ kind: "note", text: "\u001b[2Jgone" });
    assert.equal(text, "\\x1b[2Jgone\n");
  });
});

describe("the JSON view", () => {
  it("writes an object a line, a cell's end with its verdict, and no output of tests unless it is to be verbose", () => {
    const lines = (verbose: boolean): unknown[] => {
      let text = "";
      const view = jsonView(
        (line) => (text += line),
        () => "2026-01-31T12:00:00.000Z",
        verbose,
      );
      view.show({ kind: "started", run: "0a1b2c3d", total: 1, slots: 2 });
      view.show({ kind: "phase", cell: "c", phase: "create", text: "1/3 containers" });
      const output = { lines: ["\u009b2J\u202e"], leftOut: 0 };
      view.show({ kind: "phase", cell: "c", phase: "test", text: "x", output });
      view.show({ kind: "finished", result });
      assert.doesNotMatch(text, /(?!\n)[\p{Cc}\p{Cf}]/u);
      return text
        .trim()
        .split("\n")
        .map((line): unknown => JSON.parse(line));
    };
    assert.deepEqual(lines(false), [
      { at: "2026-01-31T12:00:00.000Z", event: "started", run: "0a1b2c3d", total: 1, slots: 2 },
      { at: "2026-01-31T12:00:00.000Z", event: "phase", cell: "c", phase: "create", text: "1/3 containers" },
      {
        at: "2026-01-31T12:00:00.000Z",
        event: "finished",
        cell: "mesos=1.7.1",
        name: result.name,
        verdict: "passed",
        exitCode: 0,
        seconds: 41.4,
        reason: "",
      },
    ]);
    assert.equal(lines(true).length, 4);
  });
});

describe("the time left", () => {
  it("is what the waiting cells take in turn, and at least what one of them takes; unknown at first", () => {
    const left = (change: object): number | undefined =>
      secondsLeft({ times: [10, 20], running: [], waiting: 0, slots: 2, ...change });
    assert.equal(left({ times: [] }), undefined);
    assert.equal(left({ waiting: 4 }), 30);
    assert.equal(left({ waiting: 1, slots: 8 }), 15);
    assert.equal(left({ running: [5, 15, 99], waiting: 0, slots: 3 }), 10);
    assert.equal(aboutLeft(43), "about 40 s left");
    assert.equal(aboutLeft(200), "about 3 min left");
  });
});

describe("a line of a terminal", () => {
  it("is cut by columns: wide characters take two, combining ones none", () => {
    assert.equal(fitted("漢字テスト", 5), "漢字");
    assert.equal(fitted("e\u0301e\u0301x", 2), "e\u0301e\u0301");
    assert.equal(fitted("ok 🚀🚀", 5), "ok 🚀");
  });
});

describe("the live view", () => {
  it("shows how the images come along before any cell starts", () => {
    const screen = new Screen(80, 24);
    const view = liveView(screen);
    try {
      view.show({ kind: "images", text: "pulling mesosphere/mesos:1.7.1" });
      assert.deepEqual(screen.lines, ["images 00:00  pulling mesosphere/mesos:1.7.1"]);
      view.show({ kind: "started", run: "0a1b2c3d", total: 1, slots: 2 });
      view.show({ kind: "note", text: "a note" });
      assert.deepEqual(screen.lines, ["a note", "0/1 cells done, 0 running"]);
    } finally {
      view.close();
    }
  });

  it("keeps a line per running cell at the foot and lets finished ones scroll up", () => {
    const screen = new Screen(80, 24);
    const view = liveView(screen);
    try {
      view.show({ kind: "started", run: "0a1b2c3d", total: 2, slots: 2 });
      view.show({ kind: "phase", cell: "mesos=1.7.1", phase: "test", text: "hello" });
      view.show({ kind: "phase", cell: "mesos=1.8.0", phase: "create", text: "1/4 containers" });
      view.show({ kind: "finished", result });
      view.show({ kind: "note", text: "building an image" });
      assert.deepEqual(screen.lines, [
        "✓ mesos=1.7.1  41 s",
        "building an image",
        "mesos=1.8.0  create  00:00  1/4 containers",
        "1/2 cells done, 1 running, about 40 s left",
      ]);
    } finally {
      view.close();
    }
    assert.deepEqual(screen.lines, ["✓ mesos=1.7.1  41 s", "building an image"]);
  });

  it("fits more cells than rows, and long lines, into the terminal", () => {
    const screen = new Screen(40, 6);
    const view = liveView(screen);
    try {
      view.show({ kind: "started", run: "0a1b2c3d", total: 20, slots: 2 });
      for (let i = 0; i < 20; i++) {
        view.show({ kind: "phase", cell: `cell=${i}`, phase: "test", text: "x".repeat(200) });
      }
      view.show({ kind: "note", text: "now" });
      assert.ok(screen.lines.length <= 6, screen.lines.join("\n"));
      assert.ok(screen.lines.every((line) => line.length < 40));
      assert.ok(screen.lines.includes("… and 17 more"), screen.lines.join("\n"));
    } finally {
      view.close();
    }
  });
});
