import assert from "node:assert/strict";
import fc from "fast-check";
import { repositoryRule, tagRule } from "../../config/docker-names";
import { durationRule, parseDuration } from "../../config/duration";
import { formatPath } from "../../config/fault";
import type { Rule } from "../../config/fault";
import { nameRule, nearestName } from "../../config/name";
import { editDistance, nearest } from "../../config/nearest";
import { attributeValueRule, resourcesRule } from "../../config/resources";
import { printable, show } from "../../config/wording";

function assertPasses<T>(rule: Rule<T>, values: readonly T[]): void {
  for (const value of values) assert.equal(rule(value), undefined, JSON.stringify(value));
}

function assertCures<T>(rule: Rule<T>, cures: readonly (readonly [value: T, cure: RegExp])[]): void {
  for (const [value, cure] of cures)
    assert.match(rule(value)?.cure ?? "accepted", cure, JSON.stringify(value));
}

describe("a duration", () => {
  it("is hours, minutes and seconds with their units", () => {
    const seconds = ["30s", "2m", "1m30s", "1h", "1h1m1s", "90m", "24h"].map(parseDuration);
    assert.deepEqual(seconds, [30, 120, 90, 3600, 3661, 5400, 86400]);
  });

  it("survives being written and read", () => {
    const part = fc.integer({ min: 0, max: 999 });
    fc.assert(
      fc.property(part, part, part, (h, m, s) => {
        assert.equal(parseDuration(`${h}h${m}m${s}s`), h * 3600 + m * 60 + s);
      }),
    );
  });

  it("is refused without a unit, in another order, of no time or too much, with the nearest right one", () => {
    assertCures(durationRule, [
      ["30", /write 30s for seconds or 30m for minutes/],
      ["2 minutes", /write 2m$/],
      ["1 hour and 5 Minutes", /write 1h5m$/],
      ["1.5h", /write 1h30m$/],
      ["30s1m", /write it like/],
      ["", /write it like/],
      ["-5s", /write it like/],
      ["1d", /write it like/],
      ["0s", /at least 1s/],
      ["25h", /24h or less/],
      ["99999999999999999999h", /write it like/],
    ]);
  });
});

describe("a name", () => {
  it("is what Docker and DNS take", () => {
    assertPasses(nameRule, ["a", "0", "a-b", "mesos-1-8-0", "a".repeat(40)]);
  });

  it("is refused with the nearest good one", () => {
    assertCures(nameRule, [
      ["My Cluster", /^write my-cluster$/],
      ["-a-", /^write a$/],
      ["Zoë_1.8", /^write zoe-1-8$/],
      ["", /^write cluster$/],
      ["日本", /^write cluster$/],
      ["a".repeat(41), /^write a{40}$/],
    ]);
  });

  it("can be made of any text, and a good one stays as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const name = nearestName(text);
        assert.equal(nameRule(name), undefined);
        assert.equal(nearestName(name), name);
      }),
    );
  });
});

describe("the nearest word", () => {
  it("counts insertions, deletions, changes and swaps", () => {
    assert.equal(editDistance("agents", "agnets"), 1);
    assert.equal(editDistance("kitten", "sitting"), 3);
    assert.equal(editDistance("", "abc"), 3);
  });

  it("overlooks case and hyphens, and keeps silent when nothing is near", () => {
    assert.equal(nearest("READY-TIMEOUT", ["timings", "readyTimeout"]), "readyTimeout");
    assert.equal(nearest("marathon", ["masters", "agents"]), undefined);
    assert.equal(nearest(`${"x".repeat(70)}y`, ["x".repeat(70)]), undefined, "too long to be a slip");
    assert.equal(nearest("mesos", []), undefined);
  });
});

describe("resources", () => {
  it("are what Mesos' own parser takes", () => {
    assertPasses(resourcesRule, [
      "cpus:1",
      "cpus:0.5;mem:512;disk:1024;ports:[31000-31099]",
      "cpus(prod):1; mem(*):64 ;",
      "ports:[1-2,5-9]",
      "bugs:{a,b};zones:[1-3]",
    ]);
  });

  it("are refused with what was probably meant", () => {
    assertCures(resourcesRule, [
      ["", /"cpus:1;mem:512"/],
      ["cpus=1", /^write cpus:1$/],
      ["cpus:1,mem:512", /cpus:1/],
      ["cpu:1", /^write cpus$/],
      ["memory:512", /^write mem$/],
      ["mem:512MB", /^write mem:512$/],
      ["mem:2g", /^write mem:2048$/],
      ["disk:1TiB", /^write disk:1048576$/],
      ["ports:31000", /^write ports:\[31000-31000\]$/],
      ["ports:[31099-31000]", /^write 31000-31099$/],
      ["cpus:-1", /cpus:1/],
      ["cpus:", /cpus:1/],
      ["1cpus:1", /"cpus:1;mem:512"/],
      ["bugs:{a", /bugs:1/],
    ]);
  });
});

describe("an attribute", () => {
  it("may be text, a number, ranges or a set", () => {
    assertPasses(attributeValueRule, ["a", "rack-1.example", "2.5", "[1-10]", "{a,b}", "x:y"]);
  });

  it("must not hold what Mesos drops or splits at", () => {
    assertCures(attributeValueRule, [
      ["", /rack: a/],
      ["a b", /"a-b"/],
      ["a;b:c", /"a-b:c"/],
      ["[1-", /"-?1-"/],
    ]);
  });
});

describe("an image of one's own", () => {
  it("may stand in any registry", () => {
    assertPasses(repositoryRule, [
      "mesos",
      "my/mesos",
      "registry.example.com/a/b_c/d__e--f.g",
      "localhost:5000/mesos",
      "localhost/mesos",
      "Registry.Example.com:443/mesos",
    ]);
    assertPasses(tagRule, ["{version}", "latest", "v{version}-ubuntu_14.04", "1.0"]);
  });

  it("is refused where Docker would refuse it, with what was probably meant", () => {
    assertCures(repositoryRule, [
      ["My/Mesos", /^write my\/mesos$/],
      ["https://r.example.com/mesos", /^write r\.example\.com\/mesos$/],
      ["my/mesos:1.0", /repository: my\/mesos and tag: "1\.0"/],
      ["my//mesos", /like my\/mesos/],
      ["a".repeat(300), /like my\/mesos/],
      ["", /like my\/mesos/],
      ["--privileged", /like my\/mesos/],
    ]);
    assertCures(tagRule, [
      ["{Version}", /"\{version\}"/],
      ["-x", /like "\{version\}"/],
      ["a b", /like "\{version\}"/],
      ["", /like "\{version\}"/],
      ["x".repeat(129), /like "\{version\}"/],
    ]);
  });
});

describe("untrusted text in a message", () => {
  it("cannot move a terminal, turn its line round or break it", () => {
    assert.equal(
      printable("a\u001b[31m\n\u202e\u2028\u200b\ud800z"),
      "a\\x1b[31m\\x0a\\u{202e}\\u{2028}\\u{200b}\\u{d800}z",
    );
    assert.equal(printable("plain Zoë 日本"), "plain Zoë 日本");
  });

  it("is cut short", () => {
    assert.equal(show("x".repeat(1000)).length, 65);
    assert.equal(formatPath(["a", "x".repeat(1000) + "!"]).length, 65);
  });

  it("leads the reader to its place by a path that cannot be misread", () => {
    assert.equal(formatPath(["agents", 0, "env", "A B", "c.d"]), 'agents[0].env["A B"]["c.d"]');
  });
});
