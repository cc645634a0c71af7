import assert from "node:assert/strict";
import { readFileSync, symlinkSync } from "node:fs";
import * as path from "node:path";
import { load, Machine, root, run } from "./setup-machine";

const { nodeProblem } = load("toolchain/node-version.js") as {
  nodeProblem: (version: string, cure: string) => string | undefined;
};

describe("the environment of a clone", () => {
  let machine: Machine;
  beforeEach(() => (machine = new Machine()));
  afterEach(() => machine[Symbol.dispose]());

  /** As the set-up leaves it; the fake CLI prints its arguments and environment. */
  const ready = (pulumiHome: string | null = path.join(machine.cache, "pulumi-home")): string => {
    const pulumiRoot = machine.make("opt/pulumi");
    machine.program("pulumi", 'printf "<%s>" "$@"; echo; PATH=$KEEP env', "opt/pulumi/bin");
    machine.write(
      "home/.cache/mesos-matrix/toolchain.json",
      JSON.stringify({ pulumiRoot, pulumiHome, from: "test" }),
    );
    return pulumiRoot;
  };
  const environment = async (
    env: Readonly<Record<string, string>> = {},
    name = "toolchainEnvironment",
  ): Promise<Record<string, string>> => {
    const code = `console.log(JSON.stringify(require("./toolchain/environment").${name}() ?? null))`;
    const { stdout, stderr } = await machine.node(["-e", code], env);
    assert.equal(stderr, "");
    return JSON.parse(stdout) as Record<string, string>;
  };

  it("gives CLI, plugins, state and passphrase", async () => {
    const pulumiRoot = ready();
    const { NODE_COMPILE_CACHE, ...rest } = await environment();
    assert.deepEqual(rest, {
      MESOS_MATRIX_PULUMI_ROOT: pulumiRoot,
      PULUMI_BACKEND_URL: `file://${machine.home}/.local/state/mesos-matrix/pulumi?metadata=skip`,
      PULUMI_CONFIG_PASSPHRASE_FILE: machine.passphrase,
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_HOME: path.join(machine.cache, "pulumi-home"),
      PULUMI_SKIP_UPDATE_CHECK: "true",
    });
    assert.ok(NODE_COMPILE_CACHE?.startsWith(machine.cache));
  });

  it("leaves alone what the user has set", async () => {
    ready();
    const own = {
      PULUMI_BACKEND_URL: "s3://bucket",
      PULUMI_CONFIG_PASSPHRASE_FILE: "/own/passphrase",
      PULUMI_SKIP_UPDATE_CHECK: "false",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "false",
      NODE_COMPILE_CACHE: "/own/cache",
    };
    const given = await environment(own);
    for (const name of Object.keys(own)) assert.ok(!(name in given), name);
    assert.ok(!("PATH" in given), "test commands run with the user's own programs");
  });

  it("adds no passphrase file to a passphrase of the user's own, an empty one included", async () => {
    ready();
    for (const PULUMI_CONFIG_PASSPHRASE of ["mine", ""]) {
      assert.ok(!("PULUMI_CONFIG_PASSPHRASE_FILE" in (await environment({ PULUMI_CONFIG_PASSPHRASE }))));
    }
  });

  it("lets Pulumi get plugins where our folder of them is not in use", async () => {
    const forbidden = "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION";
    ready(null);
    const withUsersPlugins = await environment();
    assert.ok(!(forbidden in withUsersPlugins) && !("PULUMI_HOME" in withUsersPlugins));
    ready();
    assert.ok(!(forbidden in (await environment({ PULUMI_HOME: "/own/home" }))));
  });

  it("is none before the set-up, nor after its CLI was removed", async () => {
    assert.equal(await environment(), null);
    machine.write(
      "home/.cache/mesos-matrix/toolchain.json",
      JSON.stringify({ pulumiRoot: "/gone", pulumiHome: null }),
    );
    assert.equal(await environment(), null);
  });

  it("puts Pulumi and this clone's Node first on Pulumi's PATH, each once", async () => {
    const bin = path.join(ready(), "bin");
    const node = path.join(root, "node_modules", ".bin");
    const PATH = async (own: string): Promise<string | undefined> =>
      (await environment({ PATH: own }, "pulumiEnvironment")).PATH;
    assert.equal(await PATH("/usr/bin:/bin"), `${node}:${bin}:/usr/bin:/bin`);
    assert.equal(await PATH(`${node}:${bin}:/bin`), `${node}:${bin}:/bin`);
    // The user's own that the set-up chose: it is found as it is, and its folder's other programs gain nothing.
    assert.equal(await PATH(`/bin:${bin}`), `${node}:/bin:${bin}`);
  });

  describe("bin/pulumi", () => {
    const tools = (): string => [machine.bin, "/usr/bin", "/bin", path.dirname(process.execPath)].join(":");

    it("runs the CLI with every argument as it was, from any folder and through links", async () => {
      ready();
      symlinkSync(path.join(root, "bin", "pulumi"), path.join(machine.bin, "one"));
      symlinkSync("one", path.join(machine.bin, "two"));
      const env = machine.environment({
        PATH: tools(),
        KEEP: "/usr/bin:/bin",
        XDG_STATE_HOME: "/it's mine",
      });
      const { code, stdout, stderr } = await run(
        [path.join(machine.bin, "two"), "up", "a b", "*", ""],
        env,
        machine.home,
      );
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^<up><a b><\*><>\n/);
      assert.match(stdout, /^PULUMI_BACKEND_URL=file:\/\/\/it's mine\/mesos-matrix\/pulumi\?metadata=skip$/m);
      assert.match(stdout, new RegExp(`^PULUMI_CONFIG_PASSPHRASE_FILE=${machine.passphrase}$`, "m"));
    });

    it("needs no readlink with options, which old systems lack", async () => {
      ready();
      tools();
      machine.program(
        "links/readlink",
        '[ $# = 1 ] || { echo "illegal option" >&2; exit 1; }\nreadlink "$1"',
      );
      symlinkSync(path.join(root, "bin", "pulumi"), path.join(machine.bin, "linked"));
      const env = machine.environment({ PATH: `${machine.bin}/links:${tools()}`, KEEP: "/usr/bin:/bin" });
      const { code, stderr } = await run([path.join(machine.bin, "linked"), "version"], env);
      assert.equal(code, 0, stderr);
    });

    it("names the set-up and ends with 3 where that has not run", async () => {
      const { code, stderr } = await run(
        [path.join(root, "bin", "pulumi"), "up"],
        machine.environment({ PATH: tools() }),
      );
      assert.equal(code, 3);
      assert.match(stderr, /not set up\. Run: node '.*toolchain\/setup\.js'\n$/);
    });

    it("does so, too, where the packages are not installed", async () => {
      for (const name of ["pulumi", "mesos-matrix"]) {
        const script = machine.write(
          `clone/bin/${name}`,
          readFileSync(path.join(root, "bin", name), "utf8"),
          0o755,
        );
        const { code, stderr } = await run([script], machine.environment({ PATH: tools() }));
        assert.equal(code, 3);
        assert.match(stderr, /packages are not installed\. Run: node '.*clone\/toolchain\/setup\.js'/);
      }
    });
  });
});

describe("an old Node", () => {
  it("is one that cannot `require` ES modules", () => {
    for (const version of ["20.20.2", "22.11.0", "18.0.0"]) assert.ok(nodeProblem(version, ""), version);
    for (const version of ["22.12.0", "24.0.0"]) assert.equal(nodeProblem(version, ""), undefined);
  });

  const pretend =
    'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } });';

  it("stops the Pulumi program with its version, the needed one and the cure", async () => {
    using machine = new Machine();
    const { code, stderr } = await machine.node(["-e", `${pretend} require("./bin/program.js")`]);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /Node 20\.20\.2 runs this program, but it needs 22\.12 or newer: use bin\/pulumi, or/,
    );
  });

  it("stops the CLI with exit code 3", async () => {
    using machine = new Machine();
    const { code, stderr } = await machine.node(["-e", `${pretend} require("./bin/main.js")`]);
    assert.equal(code, 3);
    assert.match(stderr, /^Node 20\.20\.2 runs this program, but .*: run node toolchain\/setup\.js/);
  });
});
