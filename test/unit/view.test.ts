import assert from "node:assert/strict";
import { liveView } from "../../automation/view/live";
import { plainView } from "../../automation/view/plain";
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
    assert.equal(text, "1 cells\nmesos=1.7.1: create\nmesos=1.7.1: test\n✓ mesos=1.7.1  41 s\n");
  });

  it("lets no terminal escape through", () => {
    let text = "";
    plainView((line) => (text += line)).show({ kind: "note", text: "\u001b[2Jgone" });
    assert.equal(text, "\\x1b[2Jgone\n");
  });
});

describe("the live view", () => {
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
        "   0 s  mesos=1.8.0  create 1/4 containers",
        "1/2 cells done, 1 running",
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
      assert.ok(screen.lines.includes("        … and 17 more"), screen.lines.join("\n"));
    } finally {
      view.close();
    }
  });
});
