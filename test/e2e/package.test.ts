import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { appendFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { readReport } from "../../automation/report/files";
import { labelled, root, Scratch, uniqueName, type Ended } from "./harness";
import { matrixFile } from "./matrix-file";

/** Runs words in a folder as a user's shell would, who has no clone. */
function outside(cwd: string, argv: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const [program = "", ...args] = argv;
  const folders = (process.env.PATH ?? "").split(path.delimiter).filter((folder) => !folder.startsWith(root));
  const ours = /^(MESOS_MATRIX_|PULUMI_|NODE_COMPILE_CACHE$)/;
  const shell = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));
  const child = spawn(program, args, {
    cwd,
    env: { ...shell, PATH: folders.join(path.delimiter), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const timer = setTimeout(() => child.kill("SIGKILL"), 280_000);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve({ code, stdout, stderr });
    });
  });
}

/** What `pulumi` itself needs here, where nobody is logged in to a backend. */
const pulumiVariables = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) =>
    name.startsWith("PULUMI_") && value !== undefined ? [[name, value]] : [],
  ),
);

const example = (...names: string[]): string => path.join(root, "examples", ...names);

describe("the package, installed into an empty project outside of the clone", function () {
  let scratch: Scratch;
  let project: string;

  before(async () => {
    scratch = new Scratch();
    project = path.join(scratch.path, "project");
    mkdirSync(project);
    const packed = await outside(root, ["npm", "pack", "--silent", "--pack-destination", scratch.path]);
    assert.equal(packed.code, 0, packed.stderr);
    writeFileSync(path.join(project, "package.json"), JSON.stringify({ name: "foreign", private: true }));
    const tarball = path.join(scratch.path, packed.stdout.trim());
    const installed = await outside(project, ["npm", "install", "--no-audit", "--no-fund", tarball]);
    assert.equal(installed.code, 0, installed.stderr);
    const note = path.join(project, "node_modules", "mesos-matrix", "examples", "ci", "gitlab-note.js");
    assert.ok(existsSync(note), "the example for GitLab runs it from there");
  });

  after(() => scratch[Symbol.dispose]());

  it("runs a matrix by every command line of the examples for CI systems, with the same cells in each", async () => {
    writeFileSync(
      path.join(project, "matrix.yaml"),
      matrixFile({ command: ["env"], versions: ["1.4.3", "1.11.0"] }),
    );
    const summary = path.join(project, "summary.md");
    appendFileSync(summary, "");
    let installed = false;
    for (const lines of [githubLines(), gitlabLines()]) {
      assert.ok(lines.some(({ line }) => line.startsWith("npx mesos-matrix run")));
      for (const { line, env } of lines) {
        // Every job begins with it, in a folder of its own; here they share one.
        if (line === "npm ci" && installed) continue;
        installed ||= line === "npm ci";
        const { code, stdout, stderr } = await outside(project, ["bash", "-euo", "pipefail", "-c", line], {
          GITHUB_STEP_SUMMARY: summary,
          ...env,
        });
        assert.equal(code, 0, `${line}\n${stderr}\n${stdout}`);
      }
      const whole = readReport(path.join(project, "whole"));
      assert.deepEqual(
        whole.cells.map(({ displayName, verdict }) => [displayName, verdict]),
        [
          ["mesos=1.4.3", "passed"],
          ["mesos=1.11.0", "passed"],
        ],
      );
      const [first] = whole.cells;
      const log = readFileSync(path.join(project, "whole", first?.name ?? "", "test.log"), "utf8");
      assert.doesNotMatch(log, /^PULUMI_BACKEND_URL=|^NODE_COMPILE_CACHE=/m, "ours does not reach the test");
      for (const folder of ["runs", "whole"]) rmSync(path.join(project, folder), { recursive: true });
    }
    assert.match(readFileSync(summary, "utf8"), /2 of 2 cells passed/);
  });

  it("puts a cluster into a Pulumi program of somebody else", async () => {
    const folder = path.join(project, "program");
    cpSync(example("library"), folder, { recursive: true });
    writeFileSync(path.join(folder, "Pulumi.yaml"), "name: foreign\nruntime: nodejs\nmain: index.js\n");
    const name = uniqueName("foreign");
    const pulumi = (...args: string[]): Promise<Ended> =>
      outside(folder, ["pulumi", ...args, "--stack", name], { ...pulumiVariables, CLUSTER_NAME: name });
    try {
      const init = await outside(folder, ["pulumi", "stack", "init", name], pulumiVariables);
      assert.equal(init.code, 0, init.stderr);
      const up = await pulumi("up", "--yes", "--skip-preview");
      assert.equal(up.code, 0, up.stderr + up.stdout);
      const outputs = await pulumi("stack", "output", "--json");
      const { leader, zookeeper, masters } = JSON.parse(outputs.stdout) as {
        leader: string;
        zookeeper: string;
        masters: Record<string, string>;
      };
      assert.deepEqual([leader, Object.keys(masters)], ["master-1", ["master-1"]]);
      assert.match(zookeeper, /^zk:\/\/[\d.]+:2181\/mesos$/);
      assert.equal((await fetch(`${masters["master-1"] ?? ""}/health`)).status, 200);
    } finally {
      const down = await pulumi("destroy", "--yes", "--skip-preview");
      assert.equal(down.code, 0, down.stderr + down.stdout);
      await pulumi("stack", "rm", "--yes");
    }
    assert.deepEqual(await labelled(`mesos-matrix.cluster=${name}`), []);
  });

  it("gives a mocha test a cluster, and takes it away again", async () => {
    cpSync(example("library", "cluster.test.js"), path.join(project, "cluster.test.js"));
    const mocha = path.join(root, "node_modules", "mocha", "bin", "mocha.js");
    const { code, stdout, stderr } = await outside(project, [
      path.join(project, "node_modules", ".bin", "node"),
      mocha,
      "cluster.test.js",
    ]);
    assert.equal(code, 0, stderr + stdout);
    assert.match(stdout, /1 passing/);
    const left = (await labelled()).filter((name) => name.startsWith("cluster-"));
    assert.deepEqual(left, []);
  });

  it("ships declarations that a strict TypeScript program of somebody else passes with", () => {
    writeFileSync(
      path.join(project, "types.ts"),
      `import { MesosCluster, clusterSpec, prepareCluster, type ClusterPlan } from "mesos-matrix";
import { matrixSpec, runMatrix, type RunEvent, type RunReport } from "mesos-matrix/automation";

export async function main(signal: AbortSignal): Promise<[ClusterPlan, RunReport, MesosCluster]> {
  const args = await prepareCluster(clusterSpec({ mesos: "1.11.0", masters: { count: 3 } }, "demo"));
  const matrix = matrixSpec({ cluster: {}, axes: { mesos: [">=1.8"] }, test: { command: ["true"] } });
  const onEvent = (event: RunEvent): void => console.log(event.kind);
  const report = await runMatrix(matrix, { signal, onEvent, retries: 1, select: { only: ["mesos=1.8.*"] } });
  // @ts-expect-error a verdict is none of these words
  if (report.cells[0]?.verdict === "good") throw new Error();
  return [args.plan, report, new MesosCluster("mesos", args)];
}
`,
    );
    const tsc = path.join(root, "node_modules", "typescript", "bin", "tsc");
    const types = path.join(root, "node_modules", "@types");
    const flags = ["--strict", "--noEmit", "--skipLibCheck", "--module", "nodenext", "--target", "es2023"];
    const words = [tsc, ...flags, "--typeRoots", types, "--types", "node", "types.ts"];
    execFileSync(process.execPath, words, { cwd: project, stdio: "pipe", timeout: 120_000 });
    assert.ok(existsSync(path.join(project, "types.ts")));
  });
});

interface Line {
  readonly line: string;
  readonly env: Record<string, string>;
}

/** Every command line of the workflow, in the order in which its jobs run; a job with shards once for each. */
function githubLines(): Line[] {
  const { jobs } = parse(readFileSync(example("ci", "github-matrix.yml"), "utf8")) as {
    jobs: Record<string, { strategy?: { matrix: { shard: number[] } }; steps: { run?: string }[] }>;
  };
  return Object.values(jobs).flatMap(({ strategy, steps }) =>
    (strategy?.matrix.shard ?? [0]).flatMap((shard) =>
      steps.flatMap(({ run }) =>
        run === undefined ? [] : [{ line: run.replaceAll("${{ matrix.shard }}", String(shard)), env: {} }],
      ),
    ),
  );
}

function gitlabLines(): Line[] {
  const { stages, ...jobs } = parse(readFileSync(example("ci", "gitlab-matrix.yml"), "utf8")) as {
    stages: string[];
  } & Record<string, { parallel?: number; script: string[] }>;
  assert.deepEqual(Object.keys(jobs), stages);
  return Object.values(jobs).flatMap(({ parallel = 1, script }) =>
    Array.from({ length: parallel }, (_, i) => i + 1).flatMap((index) =>
      script.map((line) => ({
        line,
        env: { CI_NODE_INDEX: String(index), CI_NODE_TOTAL: String(parallel) },
      })),
    ),
  );
}
