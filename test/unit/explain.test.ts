import assert from "node:assert/strict";
import { nearTopics, topicKinds, topicsOf } from "../../automation/explain/explain";
import { topicText } from "../../automation/explain/text";
import type { Topic } from "../../automation/explain/topic";
import { allRules } from "../../config/oracle/rules";
import { dangers } from "../../mesos/dangers";
import { everyEndpoint } from "../../mesos/endpoints";
import { everyFlagName } from "../../mesos/flags";
import { vendorImage } from "../../mesos/images";
import { metrics } from "../../mesos/metrics";
import { allVersions } from "../../mesos/versions";
import { assertSource } from "./sources";

const one = (word: string, kind: string): Topic => {
  const found = topicsOf(word).filter((topic) => topic.kind === kind);
  assert.equal(found.length, 1, `${word} is one ${kind}`);
  return found[0]!;
};

const textOf = (word: string, kind: string): string => topicText(one(word, kind), undefined);

describe("explain", () => {
  it("knows every rule by its id: what it says, the fact, its source, and how to overrule it", () => {
    for (const { id, title, fact, source } of allRules()) {
      const topic = one(id, "rule");
      assert.equal(topic.title, title);
      assert.ok(topic.facts.some((line) => line.text === fact && line.source === source));
      assert.ok(topic.facts.some(({ text }) => text.includes(`allow: [${id}]`)));
    }
  });

  it("knows every danger by its id", () => {
    for (const { id, fact } of dangers()) assert.equal(one(id, "danger").facts[0]?.text, fact);
  });

  it("knows every flag, version, endpoint and metric, and cites a source for each", () => {
    const words: [string, string][] = [
      ...[...everyFlagName("master"), ...everyFlagName("agent")].map((name): [string, string] => [
        name,
        "flag",
      ]),
      ...allVersions().map(({ tag }): [string, string] => [tag, "version"]),
      ...everyEndpoint().map(({ path }): [string, string] => [path, "endpoint"]),
      ...metrics().map(({ key }): [string, string] => [key, "metric"]),
    ];
    for (const [word, kind] of words) {
      const { name, facts } = one(word, kind);
      assert.equal(name, word);
      const cited = facts.flatMap(({ source }) => source ?? []);
      assert.ok(cited.length > 0, word);
      cited.forEach(assertSource);
    }
  });

  it("knows every image of a vendor by its name, and what it holds", () => {
    for (const vendor of ["mesosphere", "redjack"] as const) {
      for (const { tag } of allVersions()) {
        for (const role of ["master", "agent"] as const) {
          const image = vendorImage(vendor, role, tag);
          if (image === undefined) continue;
          assert.match(
            textOf(`${image.repository}:${image.tag}`, "image"),
            new RegExp(`holds +Mesos ${tag}\\n`),
          );
        }
      }
    }
    assert.match(textOf("mesosphere", "image"), /--registry=in_memory/);
    assert.match(textOf("mesosphere/mesos-master:1.0.11.0.1-2.0.93.ubuntu1404", "image"), /the right one is/);
    assert.match(textOf("mesosphere/marathon:v1.6.322", "image"), /cannot start: .*GLIBCXX/);
    for (const source of ["simulator", "custom", "archive", "build", "installTree"]) {
      assert.match(textOf(source, "image"), new RegExp(`write +image: .*${source}`));
    }
    assert.deepEqual(topicsOf("mesosphere/mesos-master:9.9"), []);
  });

  it("tells since when and until when a flag is there, its old and its new name", () => {
    assert.match(
      textOf("zk_session_timeout", "flag"),
      /agents +since 1\.5\.0-rc1 \(apache\/mesos src\/slave/,
    );
    assert.match(textOf("checkpoint", "flag"), /agents +until 0\.21\.2/);
    assert.match(textOf("agent_ping_timeout", "flag"), /old name +slave_ping_timeout/);
    assert.match(textOf("slave_ping_timeout", "flag"), /as a deprecated name of agent_ping_timeout/);
    assert.match(textOf("docker_sandbox_directory", "flag"), /new name +sandbox_directory/);
    assert.match(textOf("zk", "flag"), /mesos-matrix sets it itself/);
    assert.match(textOf("credentials", "flag"), /from 0\.22\.0-rc1 path[^]*kept as a secret/);
    assert.match(textOf("MESOS_VERSION", "flag"), /careful +.*MESOS_VERSION=1\.7\.1 cannot be parsed/);
  });

  it("takes a flag in any of the ways in which people write it", () => {
    for (const word of ["quiet", "--quiet", "--no-quiet", "--quiet=true", "MESOS_QUIET", "mesos_quiet"]) {
      assert.equal(one(word, "flag").name, "quiet", word);
    }
    assert.match(textOf("SSL_ENABLED", "variable"), /since 1\.0\.0-rc1 +TLS is set by LIBPROCESS_SSL_\*/);
    assert.equal(one("libprocess_ip", "variable").name, "LIBPROCESS_IP");
  });

  it("tells what a version brought, took away, and asks for", () => {
    const text = textOf("1.8.0", "version");
    assert.match(text, /gone paths +\/state\.json/);
    assert.match(text, /before +what follows is against 1\.7\.3/);
    assert.match(text, /candidates +1\.8\.0-rc1, 1\.8\.0-rc2, 1\.8\.0-rc3/);
    assert.match(
      textOf("1.8.0-rc2", "version"),
      /reports +1\.8\.0 as its version, so that it cannot be told/,
    );
    assert.match(textOf("0.24.0", "version"), /new +masters write MasterInfo as JSON/);
    assert.match(textOf("v1.4", "version"), /^version 1\.4\.3: .*the newest of 1\.4$/m);
    assert.match(textOf("master", "version"), /1\.12\.0/);
    assert.equal(one("acefa90695a3", "version").name, "1.8.0");
    assert.equal(one("c1b42f7", "version").name, "master");
  });

  it("tells by which flag an endpoint is closed, version by version", () => {
    assert.match(
      textOf("/master/teardown", "endpoint"),
      /credentials 0\.23\.0-rc1 to 0\.26\.2, authenticate_http 0\.27\.0-rc1 to 1\.0\.0-rc2, .*readwrite since 1\.0\.0-rc3/,
    );
    assert.match(textOf("/health", "endpoint"), /nothing: anybody may ask/);
  });

  it("tells every meaning of a word that has several, or the one that is asked for", () => {
    assert.deepEqual(
      topicsOf("1.4.0").map(({ kind }) => kind),
      ["version", "marathon"],
    );
    assert.deepEqual(
      topicsOf("marathon:1.4.0").map(({ kind }) => kind),
      ["marathon"],
    );
    assert.deepEqual(topicsOf("rule:1.4.0"), []);
    assert.match(textOf("marathon:1.4.12", "marathon"), /libmesos +1\.1\.3/);
    assert.match(textOf("mesos-dns:0.6.0", "mesos-dns"), /up to 1\.7\.3/);
    assert.match(textOf("zookeeper:3.4.14", "zookeeper"), /fixed while they run/);
    assert.match(textOf("marathon-lb", "load-balancer"), /Marathon 0\.11 or newer/);
    assert.ok(topicKinds.includes("version"));
  });

  it("tells the names nearest to one that means nothing", () => {
    assert.deepEqual(nearTopics("isolator")[0], { kind: "flag", name: "isolation" });
    assert.deepEqual(nearTopics("agent-ignore")[0], { kind: "rule", name: "agent-ignored" });
    assert.deepEqual(nearTopics("mesospere")[0], { kind: "image", name: "mesosphere" });
    assert.deepEqual(nearTopics("1.8.9")[0]?.kind, "version");
    for (const word of ["", "constructor", "__proto__", "x".repeat(1000), "\u001b[31m", "flag:", ":"]) {
      assert.deepEqual(topicsOf(word), [], word);
      nearTopics(word);
    }
  });

  it("fits a terminal's width, with what is long below its first word", () => {
    const lines = topicText(one("1.8.0", "version"), 80).split("\n");
    const long = lines.slice(1).filter((line) => line.length > 80);
    assert.ok(
      long.every((line) => !line.trim().includes(" ")),
      long.join("\n"),
    );
  });
});
