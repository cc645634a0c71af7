import assert from "node:assert/strict";
import fc from "fast-check";
import { RESERVED } from "../../config/flag-names";
import type { AgentGroupSpec, ClusterSpec, FlagValue } from "../../config/spec";
import { acceptsFlag, canonicalFlag, everyFlagName } from "../../mesos/flags";
import { allVersions } from "../../mesos/versions";
import { planCluster } from "../../plan/cluster";
import type { ContainerPlan } from "../../plan/types";
import { flagFiles, flagNotes } from "../../plan/user-flags";
import { loadFlags } from "../../simulator/flags/load";
import { agentGroup, clusterSpec, planInputs } from "./fixtures";

const tags = allVersions().map(({ tag }) => tag);

interface Wanted {
  readonly version?: string;
  readonly common?: Readonly<Record<string, FlagValue>>;
  readonly masters?: Partial<ClusterSpec["masters"]>;
  readonly agents?: Partial<AgentGroupSpec>;
  readonly timings?: ClusterSpec["timings"];
}

function specOf({
  version = "1.11.0",
  common = {},
  masters,
  agents,
  timings = "default",
}: Wanted): ClusterSpec {
  return clusterSpec({
    timings,
    flags: common,
    masters: { ...clusterSpec().masters, version, ...masters },
    agents: [agentGroup({ version, ...agents })],
  });
}

function containerOf(role: "master" | "agent", wanted: Wanted): ContainerPlan {
  const plan = planCluster(specOf(wanted), planInputs());
  const found = plan.containers.find((container) => container.role === role);
  assert.ok(found !== undefined);
  return found;
}

function flagsOf(role: "master" | "agent", wanted: Wanted): Readonly<Record<string, string>> {
  return Object.fromEntries(containerOf(role, wanted).argv.map(split));
}

function split(word: string): [name: string, value: string] {
  const [, name = "", value = ""] = /^--([a-z0-9_]+)=([\s\S]*)$/.exec(word) ?? [];
  return [name, value];
}

describe("the flags of a plan", () => {
  it("are, for random flags in random places at every version, only such as that version knows, each once and under one name", () => {
    const flags = fc.dictionary(
      fc.constantFrom(...new Set([...everyFlagName("master"), ...everyFlagName("agent")]), "isolator"),
      fc.oneof(
        fc.constantFrom<FlagValue>("true", "2secs", ""),
        fc.constant<FlagValue>({ file: "f" }),
        fc.constant<FlagValue>({ secret: { env: "S" } }),
      ),
      { maxKeys: 12 },
    );
    const env = fc.dictionary(
      fc.constantFrom("MESOS_ISOLATION", "MESOS_SLAVE_PING_TIMEOUT", "MESOS_agent_ping_timeout", "PATH"),
      fc.constant("x"),
    );
    const spec = fc.record({
      master: fc.constantFrom(...tags),
      agent: fc.constantFrom(...tags),
      timings: fc.constantFrom("default" as const, "fast" as const),
      common: flags,
      masters: fc.record({ flags, env }),
      agents: fc.record({ flags, env }),
    });
    fc.assert(
      fc.property(spec, ({ master, agent, timings, common, masters, agents }) => {
        const plan = planCluster(
          specOf({
            common,
            timings,
            masters: { ...masters, version: master },
            agents: { ...agents, version: agent },
          }),
          planInputs(),
        );
        for (const { role, argv, env: variables } of plan.containers) {
          if (role !== "master" && role !== "agent") continue;
          const version = role === "master" ? master : agent;
          const given = argv.map((word) => split(word)[0]);
          for (const name of given)
            assert.ok(acceptsFlag(role, version, name), `${role} ${version}: --${name}`);
          const meant = given.map((name) => canonicalFlag(role, version, name));
          assert.equal(new Set(meant).size, meant.length, `${role} ${version}: twice in ${given.join(" ")}`);
          const theirs = new Set(
            Object.keys(role === "master" ? masters.flags : agents.flags).concat(Object.keys(common)),
          );
          for (const variable of Object.keys(variables).filter((name) => name.startsWith("MESOS_"))) {
            const name = canonicalFlag(role, version, variable.slice("MESOS_".length).toLowerCase());
            const ours: boolean =
              meant.includes(name) && ![...theirs].some((one) => canonicalFlag(role, version, one) === name);
            assert.equal(ours, false, `${role} ${version}: ours beside ${variable}`);
          }
        }
      }),
      { numRuns: 1500 },
    );
  }).timeout(60_000);

  it("are read by a Mesos of every version, user's flags and fast timings included", () => {
    for (const version of tags) {
      for (const role of ["master", "agent"] as const) {
        const wanted: Wanted = {
          version,
          timings: "fast",
          common: { quiet: "true", zk_session_timeout: "3secs", acls: { file: "acls.json" } },
          masters: { flags: { credentials: { secret: { file: "c" } }, offer_timeout: "1mins" } },
          agents: { flags: { credential: { file: "c" }, isolation: "posix/cpu", switch_user: "true" } },
        };
        const { argv } = containerOf(role, wanted);
        const { given, warnings } = loadFlags({ role, version, argv, env: {} });
        assert.equal(given.get("quiet"), "true", version);
        assert.deepEqual(warnings, [], version);
      }
    }
  });

  it("are the user's before our defaults, and the nearest of the user's", () => {
    const agents = { flags: { isolation: "posix/cpu", zk_session_timeout: "7secs" } };
    const wanted: Wanted = { timings: "fast", common: { zk_session_timeout: "5secs" }, agents };
    assert.equal(flagsOf("master", wanted).zk_session_timeout, "5secs");
    assert.equal(flagsOf("agent", wanted).zk_session_timeout, "7secs");
    assert.equal(flagsOf("agent", wanted).isolation, "posix/cpu");
    assert.equal(flagsOf("agent", {}).isolation, "posix/cpu,posix/mem");
  });

  it("leave our default away under its other name, and where the user gives it by the environment", () => {
    const masters = { flags: { slave_ping_timeout: "9secs" } };
    const old = flagsOf("master", { version: "0.28.3", timings: "fast", masters });
    assert.equal(old.slave_ping_timeout, "9secs");
    const byEnv = flagsOf("master", {
      timings: "fast",
      masters: { env: { MESOS_SLAVE_PING_TIMEOUT: "9secs" } },
    });
    assert.equal(byEnv.agent_ping_timeout, undefined);
    assert.equal(flagsOf("agent", { agents: { env: { MESOS_ISOLATION: "x" } } }).isolation, undefined);
  });

  it("take a pair of names, old and new, under the name of the version", () => {
    const common = { slave_ping_timeout: "2secs", agent_ping_timeout: "2secs" };
    const pings = (version: string): string[] =>
      Object.keys(flagsOf("master", { version, common })).filter((name) => name.includes("ping_timeout"));
    assert.deepEqual(pings("0.28.3"), ["slave_ping_timeout"]);
    assert.deepEqual(pings("1.11.0"), ["agent_ping_timeout"]);
  });

  it("name a file by its path, or by file:// where Mesos takes the content, and upload it by reference", () => {
    const common: Wanted["common"] = {
      acls: { file: "acls.json" },
      whitelist: { file: "agents.txt" },
      credentials: { file: "plain.txt" },
    };
    const master = containerOf("master", { version: "0.20.1", common });
    const flags = Object.fromEntries(master.argv.map(split));
    assert.equal(flags.acls, "file:///etc/mesos-matrix/flags/acls");
    assert.equal(flags.whitelist, "/etc/mesos-matrix/flags/whitelist");
    assert.equal(flags.credentials, "/etc/mesos-matrix/flags/credentials");
    assert.deepEqual(master.uploads, [
      { path: "/etc/mesos-matrix/flags/acls", file: "masters.flags.acls" },
      // Whatever its owner says of it, a file of credentials is a secret.
      { path: "/etc/mesos-matrix/flags/credentials", secret: "masters.flags.credentials" },
      { path: "/etc/mesos-matrix/flags/whitelist", file: "masters.flags.whitelist" },
    ]);
  });

  it("keep what is a secret to its owner, whatever the flag", () => {
    const { uploads } = containerOf("master", { common: { acls: { secret: { file: "acls.json" } } } });
    assert.deepEqual(uploads, [{ path: "/etc/mesos-matrix/flags/acls", secret: "masters.flags.acls" }]);
  });

  it("hold no secret, only the name of one", () => {
    const spec = specOf({ agents: { flags: { http_credentials: { secret: { value: "planted-91c0" } } } } });
    const plan = JSON.stringify(planCluster(spec, planInputs()));
    assert.equal(plan.includes("planted-91c0"), false);
    assert.ok(plan.includes("agents[0].flags.http_credentials"));
    assert.deepEqual(
      flagFiles(spec).map(({ name, secret, version }) => [name, secret, version]),
      [["agents[0].flags.http_credentials", true, "1.11.0"]],
    );
  });

  it("give an agent another work_dir exactly when they change its identity", () => {
    const volume = (flags: Wanted["common"] = {}): string =>
      planCluster(specOf({ common: flags }), planInputs()).volumes.find(({ role }) => role === "agent")
        ?.name ?? "";
    assert.equal(volume({ quiet: "true" }), volume());
    assert.notEqual(volume({ domain: '{"fault_domain": {}}' }), volume());
  });

  it("come with a note for everybody who starts without a common flag that other versions have", () => {
    const common = { zk_session_timeout: "2secs", isolation: "posix/cpu" };
    assert.deepEqual(flagNotes(specOf({ version: "1.4.3", common })), [
      "agents of 1.4.3 start without --zk_session_timeout: it came with 1.5.0-rc1",
    ]);
    assert.deepEqual(flagNotes(specOf({ version: "1.5.0", common })), []);
  });

  it("that a user may not give are exactly those without which there is no cluster", () => {
    const spec = specOf({ agents: { attributes: { rack: "a" } } });
    const set = planCluster(spec, planInputs()).containers.flatMap(({ role, argv }) =>
      role === "master" || role === "agent" ? argv.map((word) => [role, split(word)[0]] as const) : [],
    );
    const defaults = ["containerizers", "isolation", "launcher", "systemd_enable_support", "switch_user"];
    for (const [role, name] of set) {
      assert.equal(Object.hasOwn(RESERVED[role], name), !defaults.includes(name), `${role} --${name}`);
    }
  });
});
