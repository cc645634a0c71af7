import assert from "node:assert/strict";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import * as path from "node:path";
import { debianUser, type Ended, load, Machine, root } from "./setup-machine";

const { isSuitable } = load("toolchain/pulumi.js") as { isSuitable: (version: string) => boolean };
const { goBinaryPath } = load("toolchain/go-build.js") as {
  goBinaryPath: (binary: { name: string; module: string; package: string; flags: string[] }) => string;
};
const { versions } = load("toolchain/layout.js") as {
  versions: Record<"pulumi" | "docker" | "command", string>;
};

const allPlugins = [
  { name: "docker", kind: "resource", version: versions.docker },
  { name: "command", kind: "resource", version: versions.command },
];

describe("the set-up's Pulumi", () => {
  let machine: Machine;
  beforeEach(() => (machine = new Machine()));
  afterEach(() => machine[Symbol.dispose]());

  /** The set-up's step with servers that refuse every connection. */
  const provide = (env: Readonly<Record<string, string>> = {}): Promise<Ended> => {
    const code = `
      const nowhere = { releases: "http://127.0.0.1:1", github: "http://127.0.0.1:1" };
      require("./toolchain/pulumi").providePulumi(console.log, nowhere).catch((error) => {
        console.error(error.message, error.commands);
        process.exitCode = 1;
      });`;
    return machine.script(debianUser, code, env);
  };
  /** A user's Pulumi in opt/NAME/bin; returns that folder, for PATH. */
  const pulumi = (name: string, version: string, plugins: readonly object[] = allPlugins): string => {
    const folder = path.join("opt", name, "bin");
    machine.write(path.join(folder, "pulumi-language-nodejs"), "");
    const answers = `case "$1" in version) echo '${version}';; plugin) echo '${JSON.stringify(plugins)}';; esac`;
    return path.dirname(machine.program("pulumi", answers, folder));
  };
  const fakeGo = (): string =>
    machine.program(
      "go",
      `[ "$1" = version ] && exit\nwhile [ "$1" != -o ]; do shift; done; echo built > "$2"`,
    );
  const decision = (): { pulumiRoot: string; pulumiHome: string | null } =>
    JSON.parse(readFileSync(path.join(machine.cache, "toolchain.json"), "utf8")) as ReturnType<
      typeof decision
    >;
  const builds = (): number => machine.calls().filter((call) => call.startsWith("go build")).length;

  it("is suitable from the oldest that is known to work, within the same major version", () => {
    for (const version of ["v3.200.0", "v3.259.1", "3.300.0", "v3.260.0-alpha.x1"])
      assert.ok(isSuitable(version), version);
    for (const version of ["v3.199.9", "v3.9.0", "v2.250.0", "v4.0.0", "", "unknown"])
      assert.ok(!isSuitable(version), version);
  });

  it("is the first suitable one on PATH, with the user's own plugins", async () => {
    const PATH = [
      pulumi("old", "v3.99.0"),
      pulumi("good", "v3.250.0"),
      pulumi("newer", "v3.259.0"),
      machine.bin,
    ].join(":");
    const { code, stderr, stdout } = await provide({ PATH });
    assert.deepEqual({ code, stderr, stdout }, { code: 0, stderr: "", stdout: "" });
    const { pulumiRoot, pulumiHome } = decision();
    assert.deepEqual(
      { pulumiRoot, pulumiHome },
      { pulumiRoot: path.join(machine.folder, "opt/good"), pulumiHome: null },
    );
    assert.ok(!existsSync(path.join(machine.cache, "pulumi-home")));
  });

  it("is not one that cannot run Node programs, nor this clone's own wrapper", async () => {
    fakeGo();
    machine.program("pulumi", "echo v3.250.0", "opt/bare/bin");
    await provide({
      PATH: [path.join(root, "bin"), path.join(machine.folder, "opt/bare/bin"), machine.bin].join(":"),
    });
    assert.ok(decision().pulumiRoot.startsWith(machine.cache), decision().pulumiRoot);
  });

  it("is built from Go modules, with the plugins, where no server answers, and says why", async () => {
    fakeGo();
    const { code, stderr, stdout } = await provide();
    assert.equal(code, 0, stderr);
    assert.match(
      stdout,
      /downloading the Pulumi CLI 3.*\n127\.0\.0\.1:1 cannot be reached: .*; building it from Go modules/,
    );
    assert.match(stdout, /docker plugin .*\n.*building the same provider, bridged by us/);
    const { pulumiRoot, pulumiHome } = decision();
    assert.deepEqual(readdirSync(path.join(pulumiRoot, "bin")), ["pulumi", "pulumi-language-nodejs"]);
    assert.equal(pulumiHome, path.join(machine.cache, "pulumi-home"));
    assert.deepEqual(readdirSync(path.join(pulumiHome, "plugins")), [
      `resource-command-v${versions.command}`,
      `resource-docker-v${versions.docker}`,
    ]);
    assert.equal(builds(), 4);
  });

  it("is built once: the next set-up finds all of it, also when its decision is lost", async () => {
    fakeGo();
    await provide();
    assert.match((await machine.setup(debianUser, ["--only", "pulumi"])).stderr, /already there: pulumi/);
    machine.write("home/.cache/mesos-matrix/toolchain.json", "{ cut sho");
    assert.equal((await provide()).stdout, "");
    assert.equal(builds(), 4);
  });

  it("gets only the plugins where the user's CLI is suitable but lacks one", async () => {
    fakeGo();
    const folder = pulumi("good", "v3.250.0", allPlugins.slice(1));
    assert.equal((await provide({ PATH: `${folder}:${machine.bin}` })).code, 0);
    assert.equal(decision().pulumiRoot, path.dirname(folder));
    assert.equal(decision().pulumiHome, path.join(machine.cache, "pulumi-home"));
    assert.equal(builds(), 2);
  });

  it("puts nothing into a PULUMI_HOME that the user has set, but names the commands", async () => {
    fakeGo();
    const PULUMI_HOME = machine.make("own-home");
    const folder = pulumi("good", "v3.250.0", allPlugins.slice(1));
    const { code, stderr } = await provide({ PATH: `${folder}:${machine.bin}`, PULUMI_HOME });
    assert.equal(code, 1);
    assert.match(stderr, /PULUMI_HOME is .*own-home, which lacks Pulumi's plugins docker/);
    assert.match(stderr, new RegExp(`good/bin/pulumi plugin install resource docker ${versions.docker}`));
    assert.deepEqual(readdirSync(PULUMI_HOME), []);
  });

  it("names the way to Go, and to Pulumi, where there is neither", async () => {
    const { code, stderr } = await provide();
    assert.equal(code, 1);
    assert.match(stderr, /pulumi cannot be downloaded and there is no Go .*https:\/\/go\.dev\/dl/s);
    assert.ok(!existsSync(path.join(machine.cache, "toolchain.json")), "nothing was decided");
  });

  it("is looked for again when the one that was decided for has gone", async () => {
    const folder = pulumi("good", "v3.250.0");
    const PATH = `${folder}:${machine.bin}`;
    await provide({ PATH });
    chmodSync(path.join(folder, "pulumi"), 0o755);
    machine.write(
      "home/.cache/mesos-matrix/toolchain.json",
      JSON.stringify({ ...decision(), pulumiRoot: "/gone" }),
    );
    assert.equal((await machine.setup(debianUser, ["--only", "pulumi"], { PATH })).code, 0);
    assert.equal(decision().pulumiRoot, path.dirname(folder));
  });

  it("is looked for again when the set-up is to provide other versions", async () => {
    const PATH = `${pulumi("good", "v3.250.0")}:${machine.bin}`;
    await provide({ PATH });
    machine.write(
      "home/.cache/mesos-matrix/toolchain.json",
      JSON.stringify({ ...decision(), from: "versions of last year" }),
    );
    const { stderr } = await machine.setup(debianUser, ["--only", "pulumi"], { PATH });
    assert.match(stderr, /pulumi: the Pulumi CLI and its plugins.*\n.*done in/);
  });
});

describe("the cache of Go builds", () => {
  let machine: Machine;
  beforeEach(() => (machine = new Machine()));
  afterEach(() => machine[Symbol.dispose]());

  const binary = (module: string, flags: string[] = ["-tags", "a"]) => ({
    name: "program",
    module,
    package: ".",
    flags,
  });
  const sources = (): string => {
    for (const name of ["go.mod", "go.sum", "main.go", "inner/part.go", "main_test.go"])
      machine.write(`module/${name}`, name);
    return path.join(machine.folder, "module");
  };

  it("finds the binary again while nothing of its content changed", () => {
    const module = sources();
    const before = goBinaryPath(binary(module));
    utimesSync(path.join(module, "main.go"), 1, 1);
    writeFileSync(path.join(module, "main_test.go"), "other tests");
    const copy = path.join(machine.folder, "another-clone");
    cpSync(module, copy, { recursive: true });
    assert.equal(goBinaryPath(binary(module)), before);
    assert.equal(goBinaryPath(binary(copy)), before);
  });

  it("builds anew for every change of a source, of the locked modules, or of the flags", () => {
    const module = sources();
    const seen = new Set([goBinaryPath(binary(module)), goBinaryPath(binary(module, ["-tags", "b"]))]);
    for (const name of ["go.mod", "go.sum", "main.go", "inner/part.go"]) {
      writeFileSync(path.join(module, name), "changed");
      seen.add(goBinaryPath(binary(module)));
    }
    mkdirSync(path.join(module, "new"));
    writeFileSync(path.join(module, "new/file.go"), "");
    seen.add(goBinaryPath(binary(module)));
    assert.equal(seen.size, 7);
  });

  it("keeps no binary of a build that failed", async () => {
    machine.program("go", '[ "$1" = version ] && exit\necho "main.go:1: mistake"; exit 1');
    const code = `
      const binary = ${JSON.stringify(binary(sources()))};
      const { buildGoBinary, goBinaryPath } = require("./toolchain/go-build");
      buildGoBinary(binary).catch((error) => console.log(error.message, require("node:fs").existsSync(goBinaryPath(binary))));`;
    assert.match((await machine.script(debianUser, code)).stdout, /main\.go:1: mistake false\n$/);
  });
});
