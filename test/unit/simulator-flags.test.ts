import assert from "node:assert/strict";
import { Flags } from "../../simulator/flags/flags";
import { FlagError, loadFlags } from "../../simulator/flags/load";
import { parseBytes, parseDuration } from "../../simulator/flags/values";

const load = (version: string, argv: string[], env: Record<string, string> = {}) =>
  loadFlags({ role: "master", version, argv, env });

describe("flags of the simulated Mesos", () => {
  it("refuses an unknown flag on the command line and ignores an unknown MESOS_ variable", () => {
    assert.throws(
      () => load("1.8.0", ["--isolator=x"]),
      new FlagError("Failed to load unknown flag 'isolator'"),
    );
    assert.deepEqual([...load("1.8.0", [], { MESOS_ISOLATOR: "x", OTHER: "y" }).given], []);
  });

  it("takes MESOS_VERSION=1.2.3 for the boolean flag --version, and fails", () => {
    assert.throws(() => load("1.8.0", [], { MESOS_VERSION: "1.2.3" }), /flag 'version'.*'1\.2\.3'.*boolean/);
  });

  it("fails on a port that is an address, as Docker links set it", () => {
    assert.throws(() => load("1.8.0", [], { MESOS_PORT: "tcp://10.0.0.1:5050" }), /flag 'port'/);
  });

  it("refuses a flag given in the environment and on the command line up to 1.0.1, later the command line wins", () => {
    const both = (version: string) => load(version, ["--quorum=2"], { MESOS_QUORUM: "1" });
    assert.throws(() => both("0.28.3"), /already loaded/);
    assert.throws(() => both("1.0.1"), /already loaded/);
    assert.equal(both("1.0.2").given.get("quorum"), "2");
  });

  it("refuses a flag together with its deprecated name", () => {
    assert.throws(
      () => load("1.8.0", ["--agent_ping_timeout=1secs"], { MESOS_SLAVE_PING_TIMEOUT: "2secs" }).given,
      /already loaded via name/,
    );
  });

  it("loads a deprecated name as the current one, with a warning, from 1.0", () => {
    const { given, warnings } = load("1.8.0", ["--slave_ping_timeout=3secs"]);
    assert.equal(given.get("agent_ping_timeout"), "3secs");
    assert.match(warnings.join(), /slave_ping_timeout.*agent_ping_timeout/);
    assert.equal(load("0.28.3", ["--slave_ping_timeout=3secs"]).given.get("slave_ping_timeout"), "3secs");
  });

  it("reads booleans without a value, as =1, and as --no-", () => {
    const on = load("1.8.0", [
      "--authenticate_agents",
      "--root_submissions=0",
      "--no-log_auto_initialize",
    ]).given;
    assert.deepEqual(Object.fromEntries(on), {
      authenticate_agents: "true",
      root_submissions: "0",
      log_auto_initialize: "false",
    });
    assert.throws(() => load("1.8.0", ["--no-quorum"]), /non-boolean flag 'quorum'/);
    assert.throws(() => load("1.8.0", ["--quorum"]), /Missing value/);
  });

  it("checks durations, numbers and JSON by the flag's type", () => {
    assert.throws(() => load("1.8.0", ["--zk_session_timeout=2"]), /zk_session_timeout.*duration/);
    assert.throws(() => load("1.8.0", ["--zk_session_timeout=2sec"]), /Unknown duration unit 'sec'/);
    assert.throws(() => load("1.8.0", ["--quorum=two"]), /flag 'quorum'/);
    assert.throws(() => load("1.8.0", ["--acls={"]), /flag 'acls'/);
  });

  it("reads durations in ms and sizes in bytes", () => {
    assert.equal(parseDuration("1.5mins"), 90_000);
    assert.equal(parseDuration("10ms"), 10);
    assert.equal(parseBytes("2GB"), 2 * 2 ** 30);
  });

  it("answers with defaults of the version behind what was given", () => {
    const flags = new Flags("master", "1.11.0", load("1.11.0", ["--cluster=c"]).given);
    assert.equal(flags.text("cluster"), "c");
    assert.equal(flags.integer(0, "port"), 5050);
    assert.equal(flags.duration(0, "agent_ping_timeout", "slave_ping_timeout"), 15_000);
    assert.equal(flags.all().registry, "replicated_log");
    assert.ok(!("slave_ping_timeout" in flags.all()), "deprecated names are not shown");
  });
});
