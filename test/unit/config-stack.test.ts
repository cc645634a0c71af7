import assert from "node:assert/strict";
import { STILL_ENCRYPTED } from "../../config/sealed";
import { planCluster } from "../../plan/cluster";
import { planInputs } from "./fixtures";
import { assertRefused, cluster, clusterFile, KEY, refusals, stack, stackFile } from "./config-problems";

const MESOS = 'mesos: "1.11.0"';
const SEALED = `${MESOS}\nmasters:\n  env:\n    TOKEN:\n      secure: v1:cipher`;

describe("a stack's config", () => {
  it("names the cluster after the stack, in letters that Docker takes", () => {
    assert.equal(stack(stackFile(MESOS)).name, "dev");
    assert.equal(stack(stackFile(`name: other\n${MESOS}`)).name, "other");
  });

  it("may hold other keys: Pulumi's own, other projects', and the ones that a run keeps", () => {
    const others = [
      "encryptionsalt: v1:abc",
      stackFile(MESOS).trimEnd(),
      "  mesos-matrix:run: abc",
      '  mesos-matrix:expires: "2030-01-01T00:00:00Z"',
      "  gcp:project: mine",
      "",
    ];
    assert.equal(stack(others.join("\n")).masters.version, "1.11.0");
  });

  it("takes an encrypted variable from what Pulumi decrypted", () => {
    const spec = stack(stackFile(`${SEALED}\nagents: [{ env: { PW: { secure: v1:x } } }]`), {
      masters: { env: { TOKEN: "s3cret" } },
      agents: [{ env: { PW: "pw" } }],
    });
    assert.deepEqual(spec.masters.env, { TOKEN: { secret: { value: "s3cret" } } });
    assert.deepEqual(spec.agents[0]?.env, { PW: { secret: { value: "pw" } } });
  });

  it("takes an encrypted flag that names a file: of everyone, of masters, of a group of agents, of Marathon", () => {
    const sealed = "{ secure: v1:x }";
    const keys = [
      MESOS,
      `flags: { acls: ${sealed} }`,
      `masters: { flags: { credentials: ${sealed} } }`,
      `agents: [{ flags: { credential: ${sealed} } }]`,
      `marathon: { version: 1.8.222, flags: { mesos_authentication_secret_file: ${sealed} } }`,
    ];
    const spec = stack(stackFile(keys.join("\n")), {
      flags: { acls: "a" },
      masters: { flags: { credentials: "b" } },
      agents: [{ flags: { credential: "c" } }],
      marathon: { flags: { mesos_authentication_secret_file: "d" } },
    });
    const secret = (value: string): unknown => ({ secret: { value } });
    assert.deepEqual(spec.flags, { acls: secret("a") });
    assert.deepEqual(spec.masters.flags, { credentials: secret("b") });
    assert.deepEqual(spec.agents[0]?.flags, { credential: secret("c") });
    assert.deepEqual(spec.marathon?.flags, { mesos_authentication_secret_file: secret("d") });
    const plan = JSON.stringify(planCluster(spec, planInputs()));
    for (const value of ["a", "b", "c", "d"]) assert.ok(!plan.includes(`"${value}"`), value);
  });

  it("refuses an encrypted variable of Marathon's, which docker inspect would show, with what to encrypt instead", () => {
    const keys = `${MESOS}\nmarathon: { version: 1.8.222, env: { PASSWORD: «{ secure: v1:x } } }`;
    assertRefused(stack, stackFile(keys), {
      path: `${KEY}.marathon.env.PASSWORD`,
      message: /"PASSWORD" would stand in Marathon's environment/,
      cure: /--secret --path 'mesos-matrix:cluster\.marathon\.flags\.mesos_authentication_secret_file'$/,
    });
  });

  it("can be checked while nobody has decrypted it", () => {
    assert.deepEqual(stack(stackFile(SEALED)).masters.env, { TOKEN: { secret: { value: STILL_ENCRYPTED } } });
  });

  it("refuses an encrypted variable that Pulumi gave no text for, without telling what it gave", () => {
    const text = stackFile(SEALED.replace("      secure", "      «secure"));
    const read = (config: string): unknown =>
      stack(config, { masters: { env: { TOKEN: { pin: "s3cret" } } } });
    assertRefused(read, text, {
      path: `${KEY}.masters.env.TOKEN`,
      message: /^Pulumi gave no text for this encrypted value$/,
      cure: /pulumi config set --secret --path 'mesos-matrix:cluster\.masters\.env\.TOKEN'$/,
    });
  });

  it("refuses an encrypted value where the plan must be readable", () => {
    assertRefused(stack, stackFile(`${MESOS}\nmasters: { count: «{ secure: v1:x } }`), {
      path: `${KEY}.masters.count`,
      message: /only the values of env and flags may be encrypted/,
      cure: /clear text/,
    });
  });

  it("refuses a version that is encrypted once, not also as missing", () => {
    assertRefused(stack, stackFile("mesos: «{ secure: v1:x }"), {
      message: /only the values of env and flags may be encrypted/,
      cure: /clear text/,
    });
  });

  it("refuses a cluster that is encrypted as a whole", () => {
    assertRefused(stack, stackFile("«secure: v1:x"), {
      path: KEY,
      message: /the whole cluster is encrypted/,
      cure: /pulumi config set --secret --path/,
    });
  });

  it("says of `secure:` in a file for mesos-matrix itself that it works in a stack's config only", () => {
    assertRefused(cluster, clusterFile(`${MESOS}\nmasters: { env: { A: { «secure: v1:x } } }`), {
      path: "cluster.masters.env.A.secure",
      message: /"secure" is no key of A/,
      cure: /Pulumi\.<stack>\.yaml only; write \{ secret: \{ env: NAME \} \}/,
    });
  });

  it("refuses a file without config", () => {
    assertRefused(stack, "«encryptionsalt: v1:abc\n", {
      path: "config",
      message: /config: is missing/,
      cure: /"mesos-matrix:cluster": \{ mesos: "1\.11\.0" \}/,
    });
  });

  it("refuses an empty file", () => {
    assertRefused(stack, "«", { path: "", message: /nothing stands here/, cure: /write config:/ });
  });

  it("refuses a config without the cluster", () => {
    assertRefused(stack, "«config:\n  gcp:project: mine\n", {
      path: KEY,
      message: /it is missing, so there is no cluster/,
      cure: /add "mesos-matrix:cluster"/,
    });
  });

  it("names the right key where the namespace was forgotten, and checks the cluster all the same", () => {
    const problems = refusals(() => stack("config:\n  cluster:\n    mesos: 1.10\n"));
    assert.deepEqual(
      problems.map(({ place, path }) => `${place.line}:${place.column} ${path}`),
      ["2:3 cluster", "3:12 cluster.mesos"],
    );
    assert.match(problems[0]?.cure ?? "", /did you mean mesos-matrix:cluster\?/);
  });

  it("names the right key where it is nearly right", () => {
    assertRefused(stack, `config:\n  «mesos-matrix:clsuter: { ${MESOS} }\n`, {
      path: "mesos-matrix:clsuter",
      message: /is no config key of this project/,
      cure: /did you mean mesos-matrix:cluster\?/,
    });
  });

  it("refuses a key of the project's namespace that nobody reads", () => {
    assertRefused(stack, `${stackFile(MESOS)}  «mesos-matrix:masters: 3\n`, {
      path: "mesos-matrix:masters",
      message: /"mesos-matrix:masters" is no config key/,
      cure: /below mesos-matrix:cluster:/,
    });
  });

  it("refuses a cluster that `pulumi config set` wrote as JSON text", () => {
    assertRefused(stack, `config:\n  ${KEY}: «'{ "mesos": "1.11.0" }'\n`, {
      path: KEY,
      message: /text that holds JSON/,
      cure: /pulumi config set --path 'mesos-matrix:cluster\.mesos' 1\.11\.0/,
    });
  });
});
