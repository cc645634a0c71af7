import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { type Ended, load, Machine, root } from "./setup-machine";

const { ensureBuilt } = load("toolchain/build.js") as { ensureBuilt: (root: string) => void };
const { packagesPresent } = load("toolchain/packages.js") as { packagesPresent: (root: string) => boolean };

/** All that a made-up compiler must make. */
const bundlerInput =
  'for (const name of ["simulator", "bridge"]) { fs.mkdirSync(`dist/${name}`, { recursive: true }); fs.writeFileSync(`dist/${name}/main.js`, ""); }';

describe("compiling before every run", () => {
  let machine: Machine;
  let clone: string;

  beforeEach(() => {
    machine = new Machine();
    clone = machine.make("clone");
    const compilerOptions = {
      ...{ target: "es2015", lib: ["es5"], module: "commonjs", ignoreDeprecations: "6.0", types: [] },
      ...{
        rootDir: ".",
        outDir: "dist",
        tsBuildInfoFile: "dist/.tsbuildinfo",
        incremental: true,
        noEmitOnError: true,
      },
    };
    machine.write(
      "clone/tsconfig.json",
      JSON.stringify({ compilerOptions, include: ["index.ts", "*/*.ts"] }),
    );
    machine.write(
      "clone/index.ts",
      'import { part } from "./plan/part";\nexport const answer = `the ${part}`;\n',
    );
    machine.write("clone/plan/part.ts", 'export const part: string = "first";\n');
    machine.write(
      "clone/simulator/main.ts",
      'import { part } from "../plan/part";\nexport const role = part;\n',
    );
    machine.write("clone/bridge/main.ts", "export const bridge = true;\n");
    machine.make("clone/node_modules");
    for (const name of ["typescript", "esbuild"]) {
      symlinkSync(path.join(root, "node_modules", name), path.join(clone, "node_modules", name));
    }
  });
  afterEach(() => machine[Symbol.dispose]());

  const stamp = (): string => path.join(clone, "dist", ".built");
  const lock = (): string => path.join(clone, "node_modules", ".mesos-matrix-build");
  /** What a run of the clone, in a process of its own, prints: as bin/program.js does it. */
  const runProgram = (): Promise<Ended> => {
    const code = `
      try {
        require("./toolchain/build").ensureBuilt(${JSON.stringify(clone)});
      } catch (error) {
        console.error(error.message);
        process.exit(1);
      }
      process.stdout.write(require(${JSON.stringify(path.join(clone, "dist/index.js"))}).answer);`;
    // The compiler keeps its own compiled code in there, which makes its next start faster.
    return machine.node(["-e", code], { TMPDIR: tmpdir() });
  };
  /** Puts a compiler in place of the real one; returns how often it was started since. */
  const countCompilations = (code: string): (() => number) => {
    const log = machine.write("compilations", "");
    rmSync(path.join(clone, "node_modules/typescript"));
    const note = `const fs = require("node:fs"); fs.appendFileSync(${JSON.stringify(log)}, "x");`;
    machine.write("clone/node_modules/typescript/bin/tsc", `${note} ${code}`);
    return () => readFileSync(log, "utf8").length;
  };
  /** Compilations leave a new stamp; its content says of what. */
  const compiledAt = (): bigint => statSync(stamp(), { bigint: true }).mtimeNs;

  it("compiles a fresh clone and bundles the simulator, then not again until a source is edited", async () => {
    assert.deepEqual(await runProgram(), { code: 0, stdout: "the first", stderr: "" });
    assert.match(readFileSync(path.join(clone, "dist/simulator.cjs"), "utf8"), /"first"/);
    const before = compiledAt();
    assert.equal((await runProgram()).stdout, "the first");
    assert.equal(compiledAt(), before);
    machine.write("clone/plan/part.ts", 'export const part: string = "other";\n');
    assert.equal((await runProgram()).stdout, "the other");
    assert.match(readFileSync(path.join(clone, "dist/simulator.cjs"), "utf8"), /"other"/);
  });

  it("compiles again when a source was only touched, added or removed", () => {
    const starts = countCompilations(bundlerInput);
    ensureBuilt(clone);
    utimesSync(path.join(clone, "index.ts"), 1, 1);
    ensureBuilt(clone);
    machine.write("clone/plan/new.ts", "export const added = 1;\n");
    ensureBuilt(clone);
    rmSync(path.join(clone, "plan/new.ts"));
    ensureBuilt(clone);
    ensureBuilt(clone);
    assert.equal(starts(), 4);
  });

  it("stops at a mistake with file, line and column, and again until it is mended, never running what was before", async () => {
    ensureBuilt(clone);
    machine.write("clone/plan/part.ts", "\nexport const part: string = 42;\n");
    for (let time = 0; time < 2; time++) {
      const { code, stdout, stderr } = await runProgram();
      assert.equal(code, 1);
      assert.equal(stdout, "");
      assert.match(
        stderr,
        /^plan\/part\.ts:2:14: error TS2322: Type 'number' is not assignable to type 'string'/m,
      );
    }
    machine.write("clone/plan/part.ts", 'export const part: string = "mended";\n');
    assert.equal((await runProgram()).stdout, "the mended");
  });

  it("stops Pulumi's run with the mistake alone, without a stack of ours around it", async () => {
    for (const folder of ["bin", "toolchain"]) {
      const scripts = readdirSync(path.join(root, folder)).filter((name) => name.endsWith(".js"));
      for (const name of scripts)
        machine.write(`clone/${folder}/${name}`, readFileSync(path.join(root, folder, name), "utf8"));
    }
    symlinkSync(path.join(root, "node_modules/@pulumi"), path.join(clone, "node_modules/@pulumi"));
    countCompilations('console.log("plan/part.ts(2,14): error TS2322: no."); process.exitCode = 2;');
    const program = JSON.stringify(path.join(clone, "bin/program.js"));
    const code = `
      try {
        require(${program});
      } catch (error) {
        console.log(require("@pulumi/pulumi").RunError.isInstance(error), error.message);
      }`;
    assert.match(
      (await machine.node(["-e", code])).stdout,
      /^true plan\/part\.ts:2:14: error TS2322: no\.\n/,
    );
  });

  it("names the packages as a possible cause where they are not those of the lock file", () => {
    machine.write("clone/index.ts", 'export { gone } from "gone";\n');
    assert.throws(
      () => ensureBuilt(clone),
      /index\.ts:1:22: error TS2307.*node_modules is not what package-lock\.json says/s,
    );
    machine.write("clone/package-lock.json", '{"packages":{}}');
    machine.write("clone/node_modules/.package-lock.json", '{"packages":{}}');
    assert.throws(
      () => ensureBuilt(clone),
      (error: Error) => !error.message.includes("package-lock.json"),
    );
  });

  it("names the set-up where the packages are not installed", () => {
    rmSync(path.join(clone, "node_modules"), { recursive: true });
    assert.throws(
      () => ensureBuilt(clone),
      /packages are not installed in .*clone; run: node toolchain\/setup\.js/,
    );
  });

  it("compiles once for two runs at once, and both run the result", async () => {
    const starts = countCompilations(
      `require(${JSON.stringify(path.join(root, "node_modules/typescript/bin/tsc"))});`,
    );
    const ends = await Promise.all([runProgram(), runProgram()]);
    for (const end of ends) assert.deepEqual(end, { code: 0, stdout: "the first", stderr: "" });
    assert.equal(starts(), 1);
  });

  it("compiles again after a compilation that broke off, even where the sources are as before", () => {
    const starts = countCompilations(`${bundlerInput} if (fs.existsSync("broken")) process.exitCode = 1;`);
    const part = path.join(clone, "plan/part.ts");
    utimesSync(part, 1, 1);
    ensureBuilt(clone);
    utimesSync(part, 2, 2);
    machine.write("clone/broken", "");
    assert.throws(() => ensureBuilt(clone));
    utimesSync(part, 1, 1);
    rmSync(path.join(clone, "broken"));
    ensureBuilt(clone);
    assert.equal(starts(), 3);
  });

  it("does not wait for another process where nothing changed", () => {
    countCompilations(bundlerInput);
    ensureBuilt(clone);
    writeFileSync(lock(), String(process.pid));
    ensureBuilt(clone);
    assert.equal(existsSync(lock()), true);
  });

  it("is not held up by the lock of a process that died", async () => {
    const dead = await machine.node(["-e", "process.stdout.write(String(process.pid))"]);
    countCompilations(bundlerInput);
    writeFileSync(lock(), dead.stdout);
    ensureBuilt(clone);
    assert.equal(existsSync(lock()), false);
  });
});

describe("the set-up's lock", () => {
  let machine: Machine;
  beforeEach(() => (machine = new Machine()));
  afterEach(() => machine[Symbol.dispose]());

  /** Each of the processes counts a number in a file up, slowly enough to lose counts without a lock. */
  const count = (processes: number): Promise<readonly Ended[]> => {
    const code = `
      const fs = require("node:fs");
      const { withLock } = require("./toolchain/lock");
      for (let i = 0; i < 5; i++) {
        withLock("${machine.folder}/lock", () => {
          const before = Number(fs.readFileSync("${machine.folder}/count", "utf8"));
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3);
          fs.writeFileSync("${machine.folder}/count", String(before + 1));
        });
      }`;
    machine.write("count", "0");
    return Promise.all(Array.from({ length: processes }, () => machine.node(["-e", code])));
  };
  const counted = (): string => readFileSync(path.join(machine.folder, "count"), "utf8");

  it("lets one process at a time work, also when all of them find a dead one's lock", async () => {
    const dead = await machine.node(["-e", "process.stdout.write(String(process.pid))"]);
    machine.write("lock", dead.stdout);
    for (const { code, stderr } of await count(4)) assert.equal(code, 0, stderr);
    assert.equal(counted(), "20");
    assert.equal(existsSync(path.join(machine.folder, "lock")), false);
  });

  it("is taken over when it is empty, or older than any work, whoever has the process id now", async () => {
    machine.write("lock", "");
    assert.equal((await count(1))[0]?.code, 0);
    utimesSync(machine.write("lock", String(process.pid)), 1, 1);
    assert.equal((await count(1))[0]?.code, 0);
    assert.equal(counted(), "5");
  });

  it("is given back when the work fails", async () => {
    const code = `require("./toolchain/lock").withLock("${machine.folder}/lock", () => { throw new Error("no"); })`;
    assert.match((await machine.node(["-e", code])).stderr, /Error: no/);
    assert.equal(existsSync(path.join(machine.folder, "lock")), false);
  });
});

describe("the set-up's packages", () => {
  let machine: Machine;
  beforeEach(() => (machine = new Machine()));
  afterEach(() => machine[Symbol.dispose]());

  const locked = { version: "1.0.0", integrity: "sha512-a" };
  const here = { ...locked, optional: true, os: [process.platform], cpu: [process.arch] };
  const elsewhere = { ...here, os: ["plan9"] };
  const present = (lock: object, installed: object): boolean => {
    mkdirSync(path.join(machine.folder, "node_modules"), { recursive: true });
    machine.write("package-lock.json", JSON.stringify({ packages: { "": { name: "project" }, ...lock } }));
    machine.write("node_modules/.package-lock.json", JSON.stringify({ packages: installed }));
    return packagesPresent(machine.folder);
  };

  it("are there when npm installed what is locked, by whatever command", () => {
    assert.equal(present({ "node_modules/a": locked }, { "node_modules/a": locked }), true);
  });

  it("are not there when one is missing, is another, or is too many", () => {
    const lock = { "node_modules/a": locked };
    assert.equal(present(lock, {}), false);
    assert.equal(present(lock, { "node_modules/a": { ...locked, version: "1.0.1" } }), false);
    assert.equal(present(lock, { "node_modules/a": { ...locked, integrity: "sha512-b" } }), false);
    assert.equal(present(lock, { "node_modules/a": locked, "node_modules/b": locked }), false);
  });

  it("need those for other machines not, but those for this one, such as its Node", () => {
    assert.equal(present({ "node_modules/node": elsewhere }, {}), true);
    assert.equal(present({ "node_modules/node": here }, {}), false);
  });

  it("are not there before the first installation", () => {
    machine.write("package-lock.json", '{"packages":{}}');
    assert.equal(packagesPresent(machine.folder), false);
  });
});
