import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { agentAttachments } from "../../simulator/agent/attachments";
import { newAgentState } from "../../simulator/agent/model";
import { sandboxPath } from "../../simulator/agent/sandbox";
import { answerFiles } from "../../simulator/files/answer";
import { attached } from "../../simulator/files/attachments";
import { advanceAgent } from "../../simulator/agent/machine";
import { agentConfig, framework, NOW, taskInfo } from "./simulator-fixtures";

describe("the files API of the simulator", () => {
  let folder: string;
  const ask = (action: string, query: Record<string, string>, attachments = attached([["/box", folder]])) => {
    const { status, body } = answerFiles(`/files/${action}`, new URLSearchParams(query), attachments);
    const text = String(body ?? "");
    return { status, text, json: () => JSON.parse(text) as Record<string, unknown>[] };
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "files-"));
    mkdirSync(join(folder, "sub"));
    writeFileSync(join(folder, "stdout"), "0123456789");
    symlinkSync("/etc", join(folder, "out"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("lists a folder under the name that was asked for, with modes and owners by name", () => {
    const files = ask("browse", { path: "/box/" }).json();
    assert.deepEqual(
      files.map(({ path, size }) => [path, path === "/box/stdout" ? size : undefined]),
      [
        ["/box/out", undefined],
        ["/box/stdout", 10],
        ["/box/sub", undefined],
      ],
    );
    assert.deepEqual([files[1]?.mode, files[1]?.uid], ["-rw-r--r--", userInfo().username]);
    assert.equal(String(files[2]?.mode)[0], "d");
  });

  it("reads a piece of a file, and says how long it is where no offset is asked for", () => {
    const read = (more: Record<string, string>) => ask("read", { path: "/box/stdout", ...more }).json();
    assert.deepEqual(read({ offset: "3", length: "4" }), { offset: 3, data: "3456" });
    assert.deepEqual(read({ offset: "8" }), { offset: 8, data: "89" });
    assert.deepEqual(read({ offset: "50" }), { offset: 50, data: "" });
    assert.deepEqual(read({}), { offset: 10, data: "" });
    assert.deepEqual(read({ offset: "-1" }), { offset: 10, data: "" });
  });

  it("refuses what it cannot read, with the status and words of Mesos", () => {
    for (const [action, query, status, text] of [
      ["browse", {}, 400, "Expecting 'path=value' in query.\n"],
      ["read", { path: "/box/sub" }, 400, "Cannot read a directory.\n"],
      ["download", { path: "/box/sub" }, 400, "Cannot download a directory.\n"],
      [
        "read",
        { path: "/box/stdout", offset: "x" },
        400,
        "Failed to parse offset: Failed to convert 'x' to number.\n",
      ],
      ["read", { path: "/box/stdout", length: "-2" }, 400, "Negative length provided: -2.\n"],
      ["read", { path: "/box/nothing" }, 404, ""],
      ["browse", { path: "/nowhere" }, 404, ""],
      ["download", { path: "/box/nothing" }, 404, "404 Not Found."],
    ] as const) {
      const answer = ask(action, query);
      assert.deepEqual([answer.status, answer.text], [status, text], `${action} ${JSON.stringify(query)}`);
    }
  });

  it("lets nobody out of what is attached, by links or dots", () => {
    for (const path of ["/box/out/hostname", "/box/../../etc/hostname"]) {
      const { status, text } = ask("read", { path, offset: "0" });
      assert.equal(status, 400);
      assert.match(text, /is inaccessible\.\n$/);
    }
    assert.equal(ask("read", { path: join(folder, "stdout"), offset: "0" }).status, 404);
  });

  it("knows an agent's sandboxes by their path, from 1.4 on by latest, and from 1.5 on without work_dir", () => {
    for (const [tag, names] of [
      ["1.3.2", ["CID"]],
      ["1.4.3", ["CID", "latest"]],
      ["1.5.0", ["CID", "latest", "virtual"]],
    ] as const) {
      const state = newAgentState(agentConfig(tag), "S0", NOW);
      const run = {
        kind: "run",
        framework: framework({ id: { value: "F" } }),
        task: taskInfo("t1"),
      } as const;
      advanceAgent(state, { kind: "message", message: run }, NOW, { random: () => 0, uuid: () => "CID" });
      const [executor] = state.executors.values();
      const sandbox = sandboxPath(folder, "S0", executor!);
      mkdirSync(sandbox, { recursive: true });
      const runs = join(sandbox, "..");
      const paths = [...agentAttachments(state, folder, undefined).keys()];
      assert.deepEqual(
        paths.map((path) => (path.startsWith(runs) ? path.slice(runs.length + 1) : "virtual")),
        names,
      );
    }
  });

  it("shows what is attached to /files/debug", () => {
    assert.deepEqual(ask("debug", {}).json(), { "/box": folder });
  });
});
