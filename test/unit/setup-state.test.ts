import assert from "node:assert/strict";
import { chmodSync, existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import * as path from "node:path";
import { debianUser, Machine } from "./setup-machine";

describe("the set-up's passphrase", () => {
  let machine: Machine;
  beforeEach(() => (machine = new Machine()));
  afterEach(() => machine[Symbol.dispose]());

  const setup = (): ReturnType<Machine["setup"]> => machine.setup(debianUser, ["--only", "state"]);
  const passphrase = (): string => readFileSync(machine.passphrase, "utf8");
  const state = (): string => path.join(machine.home, ".local", "state", "mesos-matrix");

  it("is random, readable by this user alone and not in the folder that it protects", async () => {
    assert.equal((await setup()).code, 0);
    using other = new Machine();
    assert.equal((await other.setup(debianUser, ["--only", "state"])).code, 0);
    assert.match(passphrase(), /^[\w-]{43}\n$/);
    assert.notEqual(passphrase(), readFileSync(other.passphrase, "utf8"));
    assert.equal(statSync(machine.passphrase).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(state(), { recursive: true }), ["pulumi"]);
  });

  it("is made once", async () => {
    await setup();
    const first = passphrase();
    assert.match((await setup()).stderr, /^set-up: already there: state\n$/);
    assert.equal(passphrase(), first);
  });

  it("is one and the same for two set-ups at once", async () => {
    // Each prints the passphrase that it ended with.
    const code = `
      require("./toolchain/secrets").makeState(() => {});
      process.stdout.write(require("node:fs").readFileSync(require("./toolchain/layout").passphraseFile));`;
    const ends = await Promise.all([1, 2, 3, 4].map(() => machine.script(debianUser, code)));
    assert.deepEqual(
      ends.map((end) => end.stderr),
      ["", "", "", ""],
    );
    assert.deepEqual(new Set(ends.map((end) => end.stdout)), new Set([passphrase()]));
    assert.deepEqual(readdirSync(path.dirname(machine.passphrase)), ["passphrase"], "no draft is left");
  });

  it("is the other's where another set-up was faster by a moment", async () => {
    const code = `
      const fs = require("node:fs");
      const { passphraseFile } = require("./toolchain/layout");
      const write = fs.writeFileSync;
      fs.writeFileSync = (...args) => { write(...args); write(passphraseFile, "the other's", { mode: 0o600 }); };
      require("./toolchain/secrets").makeState(() => {});`;
    assert.equal((await machine.script(debianUser, code)).stderr, "");
    assert.equal(passphrase(), "the other's");
  });

  it("is at no time open to others", async () => {
    const code = `require("node:fs").chmodSync = () => {}; require("./toolchain/secrets").makeState(() => {});`;
    assert.equal((await machine.script(debianUser, code)).stderr, "");
    assert.equal(statSync(machine.passphrase).mode & 0o777, 0o600);
  });

  it("is closed again where others could read it", async () => {
    await setup();
    const first = passphrase();
    chmodSync(machine.passphrase, 0o644);
    assert.equal((await setup()).code, 0);
    assert.equal(statSync(machine.passphrase).mode & 0o777, 0o600);
    assert.equal(passphrase(), first);
  });

  it("is never empty: an emptied file stops the set-up with the command that mends it", async () => {
    machine.write("home/.config/mesos-matrix/passphrase", "");
    const { code, stderr } = await setup();
    assert.equal(code, 3);
    assert.match(stderr, /passphrase is empty\. Run:\n {4}rm '.*passphrase'/);
  });

  it("says so when it is new but stacks are older", async () => {
    machine.make("home/.local/state/mesos-matrix/pulumi/.pulumi/stacks");
    assert.match((await setup()).stderr, /warning: .* may hold stacks that only an earlier passphrase opens/);
  });

  it("follows the XDG folders, unless they are relative", async () => {
    const config = machine.make("config");
    await machine.setup(debianUser, ["--only", "state"], {
      XDG_CONFIG_HOME: config,
      XDG_STATE_HOME: "relative",
    });
    assert.ok(existsSync(path.join(config, "mesos-matrix", "passphrase")));
    assert.ok(existsSync(path.join(state(), "pulumi")));
  });
});
