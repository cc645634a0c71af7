import assert from "node:assert/strict";
import type { Change } from "../../plan/changes/types";
import { annotationLines } from "../../automation/preview/annotations";
import { markdownPreview } from "../../automation/preview/markdown";
import { compareMatrices } from "../../automation/preview/matrix";
import {
  type ClusterPreview,
  previewExitCode,
  previewSchema,
  type PreviewReport,
} from "../../automation/preview/report";
import { textPreview } from "../../automation/preview/text";
import { commentLimit } from "../../automation/report/markdown";
import { dangers } from "../../mesos/dangers";
import { matrix, matrixFile } from "./config-problems";

const hostile = "`|<img src=x>@everyone [x](http://h)\u001b[2J\u202e#1 **b**";

const change = (subject: string, what: string): Change => ({
  subject,
  reasons: [{ what, key: `${subject}.attributes` }],
  touched: [{ kind: "container", key: "agent-1", operation: "replace" }],
  consequences: [{ about: "tasks", text: "agent-1 registers under a new id, and the tasks there are lost" }],
  dangers: ["tasks-lost"],
});

function report(changes: readonly Change[], part: Partial<ClusterPreview> = {}): PreviewReport {
  return {
    schema: previewSchema,
    subject: "cluster.yaml",
    against: "HEAD (1234567)",
    doubts: [],
    problems: [],
    matrix: undefined,
    annotations: [],
    cluster: {
      name: "test",
      changes,
      steps: ["remove, then make again, all at the same time: agent-1"],
      dangers: dangers()
        .filter(({ id }) => id === "tasks-lost")
        .map((danger) => ({ ...danger, confirmed: false })),
      notes: [],
      remarks: [],
      pulumi: [],
      ...part,
    },
  };
}

/** What is left of Markdown when its code is taken out. */
function outsideCode(text: string): string {
  return text.replace(/^(`{3,})text\n[^]*?\n\1$/gm, "").replace(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, "");
}

describe("a preview as Markdown", () => {
  it("keeps a user's words in code, where nothing pings, links or ends a cell", () => {
    const text = markdownPreview(
      report([change(hostile, `rack:${hostile} -> b`)], { remarks: [hostile], pulumi: undefined }),
    );
    const rest = outsideCode(text);
    for (const trap of ["@everyone", "<img", "](http", "**b**", "\u001b", "\u202e"]) {
      assert.equal(rest.includes(trap), false, `${trap} in:\n${rest}`);
    }
    assert.match(text, /@everyone/);
  });

  it("folds what is more than twenty changes, and counts what does not fit into a comment", () => {
    const many = Array.from({ length: 500 }, (_, i) =>
      change(`agents[${i}]`, `rack:a -> rack:${"b".repeat(200)}`),
    );
    const text = markdownPreview(report(many));
    assert.ok(text.length <= commentLimit, String(text.length));
    const shown = [...text.matchAll(/^### /gm)].length;
    const left = Number(/^_(\d+) more are left out here/m.exec(text)?.[1]);
    assert.equal(shown + left, 500);
    assert.ok(shown > 20);
    const folded = /<details><summary>(\d+) more<\/summary>/.exec(text)?.[1];
    assert.equal(Number(folded), shown - 20);
    assert.equal([...text.matchAll(/<details>/g)].length, [...text.matchAll(/<\/details>/g)].length);
  });

  it("says in every form what must be confirmed, and what has no consequence", () => {
    const harmless: Change = {
      subject: "readiness",
      reasons: [{ what: "deadline 60 s -> 120 s", key: "readyTimeout" }],
      touched: [],
      consequences: [],
      dangers: [],
    };
    const both = report([change("agents[0]", "rack:a -> rack:b"), harmless]);
    for (const text of [markdownPreview(both), textPreview(both)]) {
      assert.match(text, /2 changes, 1 dangerous/);
      assert.match(text, /no consequence: nothing that runs notices it/);
      assert.match(text, /confirm: \[tasks-lost\]/);
    }
  });

  it("has nothing but its headline when nothing changes", () => {
    const text = markdownPreview(report([], { steps: [], dangers: [] }));
    assert.match(text, /: no change`$/m);
    assert.doesNotMatch(text, /details|order/);
  });
});

describe("a preview on a terminal", () => {
  it("writes nothing that a terminal would obey", () => {
    const text = textPreview(report([change(hostile, hostile)]));
    assert.equal(text.includes("\u001b"), false);
    assert.equal(text.includes("\u202e"), false);
  });
});

describe("a preview as annotations", () => {
  it("lets no message end its command or begin another", () => {
    const lines = annotationLines({
      ...report([]),
      annotations: [
        { file: "a,b:c.yaml", line: 3, level: "warning", message: "one\n::error::two%0A" },
        { file: "x.yaml", line: 1, level: "error", message: "first" },
      ],
    });
    assert.equal(
      lines,
      "::error file=x.yaml,line=1::first\n::warning file=a%2Cb%3Ac.yaml,line=3::one%0A::error::two%250A\n",
    );
  });
});

describe("the exit code of a preview", () => {
  const dangerous = report([change("agents[0]", "x")]);
  const confirmed = report([change("agents[0]", "x")], {
    dangers: (dangerous.cluster?.dangers ?? []).map((danger) => ({ ...danger, confirmed: true })),
  });
  it("is 0 without --detailed-exitcode, whatever changes", () => {
    assert.equal(previewExitCode(dangerous, false), 0);
  });
  it("is 0, 10 or 11 with it: no change, changes, dangers that nobody confirmed", () => {
    assert.deepEqual(
      [report([]), confirmed, dangerous].map((one) => previewExitCode(one, true)),
      [0, 10, 11],
    );
  });
  it("is 2 for a config with problems", () => {
    assert.equal(previewExitCode({ ...report([]), problems: ["x"] }, true), 2);
  });
  it("is 10 where not all is known", () => {
    assert.equal(previewExitCode({ ...report([], { dangers: [] }), doubts: ["x"] }, true), 10);
  });
});

describe("a preview of a matrix", () => {
  const of = (mesos: string, agents = "0.28.3") =>
    matrix(
      matrixFile(
        `mesos: { image: simulator }\nagents: [{ version: "${agents}" }]`,
        `axes: { mesos: [${mesos}] }\ntest: { command: ["true"] }`,
      ),
    );

  it("tells cells that come, go, and are newly refused, and why", () => {
    const { cells, total } = compareMatrices(
      of('"0.28.3", "1.0.4", "1.1.1"', "1.0.4"),
      of('"1.0.4", "1.1.1", "1.3.0"'),
    );
    assert.equal(total, 3);
    assert.deepEqual(
      cells.map(({ cell, change: what }) => [cell, what]),
      [
        ["mesos=1.0.4", "changed"],
        ["mesos=1.1.1", "changed"],
        ["mesos=1.3.0", "added"],
        ["mesos=0.28.3", "removed"],
      ],
    );
    assert.match(cells[2]?.why.join() ?? "", /refused: .*agent-ignored/);
    const newly = compareMatrices(of('"1.3.0"', "1.3.0"), of('"1.3.0"'));
    assert.equal(newly.cells[0]?.change, "refused");
    assert.match(newly.cells[0].why.join(), /ignore the registration/);
    const back = compareMatrices(of('"1.3.0"'), of('"1.3.0"', "1.3.0"));
    assert.equal(back.cells[0]?.change, "no longer refused");
  });

  it("calls every cell added where there was no matrix", () => {
    const { cells } = compareMatrices(undefined, of('"0.28.3", "1.0.4"'));
    assert.deepEqual(
      cells.map(({ change: what }) => what),
      ["added", "added"],
    );
  });
});
