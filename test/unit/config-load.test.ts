import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadClusterFile, loadMatrixFile, loadStackConfig } from "../../config/load";
import { ConfigError } from "../../config/problem";
import { clusterFile, KEY, refusals, stackFile } from "./config-problems";

const MESOS = 'mesos: "1.11.0"';

describe("a config file", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "mesos-matrix-config-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const written = (name: string, content: string | Uint8Array): string => {
    const file = join(folder, name);
    writeFileSync(file, content);
    return file;
  };
  const refusal = (file: string): string => {
    const problems = refusals(() => loadMatrixFile(file));
    assert.equal(problems.length, 1);
    assert.deepEqual(problems[0]?.place, { file, line: 0, column: 0 });
    return new ConfigError(problems).message.replace(folder, "DIR");
  };

  it("names the cluster when it does not do so itself", () => {
    const file = written("My small_one.cluster.yaml", clusterFile(MESOS));
    assert.equal(loadClusterFile(file).name, "my-small-one-cluster");
  });

  it("may be a stack's config", () => {
    const file = written("Pulumi.Dev.yaml", stackFile(MESOS));
    assert.equal(loadStackConfig({ file, projectKey: KEY, name: "Dev.1" }).name, "dev-1");
  });

  it("tells its own path and the place of a problem", () => {
    const file = written("c.yaml", clusterFile(`${MESOS}\nmasters: { count: 2 }`));
    const [problem] = refusals(() => loadClusterFile(file));
    assert.deepEqual(problem?.place, { file, line: 5, column: 21 });
  });

  it("may begin with a byte order mark and end its lines in the Windows way", () => {
    const file = written(
      "w.yaml",
      `\uFEFF${clusterFile(`${MESOS}\nmasters: { count: 2 }`).replaceAll("\n", "\r\n")}`,
    );
    const [problem] = refusals(() => loadClusterFile(file));
    assert.equal(
      `${problem?.place.line}:${problem?.place.column} ${problem?.path}`,
      "5:21 cluster.masters.count",
    );
  });

  it("that does not exist is refused, with the name that was perhaps meant", () => {
    written("matrix.yaml", "");
    assert.equal(
      refusal(join(folder, "matrx.yaml")),
      "DIR/matrx.yaml: there is no such file; did you mean matrix.yaml?",
    );
    assert.match(refusal(join(folder, "other.yaml")), /there is no such file; check the path/);
    assert.match(refusal(join(folder, "none", "x.yaml")), /there is no such file; check the path/);
  });

  it("that is a directory is refused", () => {
    mkdirSync(join(folder, "d.yaml"));
    assert.equal(
      refusal(join(folder, "d.yaml")),
      "DIR/d.yaml: this is a directory; give the path of a file in it",
    );
  });

  it("below another file is refused", () => {
    const file = written("a.yaml", "");
    assert.match(refusal(join(file, "b.yaml")), /a part of its path is a file/);
  });

  it("that links to itself is refused", () => {
    symlinkSync("loop.yaml", join(folder, "loop.yaml"));
    assert.match(refusal(join(folder, "loop.yaml")), /symbolic links go round/);
  });

  it("that is a named pipe is refused instead of waited for", () => {
    execFileSync("mkfifo", [join(folder, "pipe.yaml")]);
    assert.match(refusal(join(folder, "pipe.yaml")), /no regular file/);
  });

  it("of 10 MB is refused by its size, before anyone looks whether it is YAML", () => {
    const file = written("big.yaml", Buffer.alloc(10_000_000, "{"));
    assert.match(refusal(file), /larger than 1 MiB \(9\.5 MiB\)/);
  });

  it("that is not UTF-8 is refused", () => {
    assert.match(
      refusal(written("l.yaml", Buffer.from([0x61, 0xff, 0x62]))),
      /not UTF-8 text; save it as UTF-8/,
    );
    assert.match(
      refusal(written("u.yaml", Buffer.from("\uFEFFa: 1", "utf16le"))),
      /UTF-16, and must be UTF-8/,
    );
  });

  it("with terminal escapes in its name is told of without them", () => {
    const text = new ConfigError(refusals(() => loadMatrixFile("/nowhere/\u001b[31m.yaml"))).message;
    assert.match(text, /^\/nowhere\/\\x1b\[31m\.yaml: there is no such file/);
  });
});
