import assert from "node:assert/strict";
import fc from "fast-check";
import flagFile from "../../mesos/data/flags.json";
import { flagsAt, flagStanding } from "../../mesos/flag-history";
import { acceptsFlag, canonicalFlag, flagNames, flagType } from "../../mesos/flags";
import type { MesosRole } from "../../mesos/flags";

interface RawRow {
  readonly ranges: readonly (readonly [string, string])[];
  readonly aliasRanges?: readonly (readonly [string, string])[];
  readonly aliasOf?: string;
  readonly type: string | readonly (readonly [string, string])[];
}

const tags = Object.keys(flagFile.versions);
const raw = flagFile.flags as unknown as Readonly<Record<MesosRole, Readonly<Record<string, RawRow>>>>;

const roles = fc.constantFrom<MesosRole>("master", "agent");
const versions = fc.constantFrom(...tags);
const names = fc.oneof(
  fc.constantFrom(...new Set([...Object.keys(raw.master), ...Object.keys(raw.agent)])),
  fc.constantFrom("isolator", "constructor", "__proto__", "toString", ""),
);

/** The ranges of the file, read by their positions: no code of ours but the file itself. */
const within = (tag: string, ranges: RawRow["ranges"] = []): boolean =>
  ranges.some(
    ([first, last]) => tags.indexOf(first) <= tags.indexOf(tag) && tags.indexOf(tag) <= tags.indexOf(last),
  );
const rowOf = (role: MesosRole, name: string): RawRow | undefined =>
  Object.hasOwn(raw[role], name) ? raw[role][name] : undefined;

describe("every lookup of a flag agrees with the ranges of flags.json", () => {
  it("on the versions: 62 releases, 131 candidates and master", () => {
    assert.equal(tags.length, 194);
    assert.equal(tags.filter((tag) => tag.includes("-rc")).length, 131);
  });

  it("for random versions, roles and names: accepted, its type, and what the name stands for", () => {
    fc.assert(
      fc.property(versions, roles, names, (tag, role, name) => {
        const row = rowOf(role, name);
        const real = within(tag, row?.ranges);
        const alias = within(tag, row?.aliasRanges);
        assert.equal(acceptsFlag(role, tag, name), real || alias, "accepted");
        assert.equal(flagNames(role, tag).includes(name), real || alias, "listed");
        assert.equal(canonicalFlag(role, tag, name), alias ? row?.aliasOf : name, "canonical");
        assert.equal(flagType(role, tag, name) === undefined, !(real || alias), "typed");
        const standing = flagStanding(role, tag, name);
        if (row === undefined) assert.deepEqual(standing, { kind: "unknown" });
        else if (alias) assert.deepEqual(standing, { kind: "renamed", to: row.aliasOf, isOld: true });
        else assert.equal(standing.kind === "known", real);
      }),
      { numRuns: 5000 },
    );
  }).timeout(30_000);

  it("for every name that a version lacks: the version has the other name, or the neighbours that it is told have it", () => {
    fc.assert(
      fc.property(versions, roles, names, (tag, role, name) => {
        const standing = flagStanding(role, tag, name);
        if (standing.kind === "renamed") {
          assert.ok(within(tag, rowOf(role, standing.to)?.ranges), `${role} ${tag} has ${standing.to}`);
        }
        if (standing.kind !== "absent") return;
        const row = rowOf(role, name);
        const at = tags.indexOf(tag);
        const having = tags.flatMap((one, i) => (within(one, row?.ranges) ? [i] : []));
        assert.equal(standing.before, tags[having.findLast((i) => i < at) ?? -1]);
        assert.equal(standing.after, tags[having.find((i) => i > at) ?? -1]);
      }),
      { numRuns: 3000 },
    );
  }).timeout(30_000);

  it("for flags given on two levels: each that the version has, once, and never a flag beside its other name", () => {
    const level = fc.dictionary(
      names.filter((name) => name !== "__proto__"),
      fc.constantFrom("a", "b"),
    );
    fc.assert(
      fc.property(versions, roles, level, level, (tag, role, common, own) => {
        const given = flagsAt(role, tag, common, own);
        const wanted = [...new Set([...Object.keys(common), ...Object.keys(own)])]
          .filter(
            (name) => within(tag, rowOf(role, name)?.ranges) && !within(tag, rowOf(role, name)?.aliasRanges),
          )
          .sort();
        assert.deepEqual(Object.keys(given), wanted);
        for (const [name, value] of Object.entries(given)) assert.equal(value, own[name] ?? common[name]);
        assert.ok(
          wanted.every(
            (name) =>
              !wanted.includes(rowOf(role, name)?.aliasOf ?? "") ||
              !within(tag, rowOf(role, name)?.aliasRanges),
          ),
        );
      }),
      { numRuns: 1000 },
    );
  }).timeout(30_000);
});

describe("what a flag's history says", () => {
  it("of renamings, in both directions and through backports", () => {
    const to = (role: MesosRole, tag: string, name: string): unknown => {
      const standing = flagStanding(role, tag, name);
      return standing.kind === "renamed" ? [standing.to, standing.isOld] : standing.kind;
    };
    assert.deepEqual(to("master", "1.11.0", "slave_ping_timeout"), ["agent_ping_timeout", true]);
    assert.deepEqual(to("master", "0.28.3", "agent_ping_timeout"), ["slave_ping_timeout", false]);
    assert.deepEqual(to("agent", "1.11.0", "docker_sandbox_directory"), ["sandbox_directory", true]);
    assert.deepEqual(to("agent", "0.23.1", "sandbox_directory"), ["docker_sandbox_directory", false]);
    assert.deepEqual(to("agent", "1.11.0", "executor_secret_key"), ["jwt_secret_key", true]);
    assert.deepEqual(to("agent", "1.0.0-rc3", "authenticate_http"), ["authenticate_http_readwrite", true]);
    assert.equal(to("agent", "1.0.0-rc2", "authenticate_http"), "known");
    // role_sorter was backported to 1.4.2, and 1.5.0 is older than that.
    assert.deepEqual(to("master", "1.4.3", "user_sorter"), ["role_sorter", true]);
    assert.deepEqual(to("master", "1.5.0", "role_sorter"), ["user_sorter", false]);
  });

  it("of versions before, between and after those that have it", () => {
    assert.deepEqual(flagStanding("agent", "1.4.3", "zk_session_timeout"), {
      kind: "absent",
      before: undefined,
      after: "1.5.0-rc1",
    });
    assert.deepEqual(flagStanding("master", "0.25.0", "max_completed_frameworks"), {
      kind: "absent",
      before: "0.24.2",
      after: "0.25.1-rc1",
    });
    assert.deepEqual(flagStanding("agent", "1.11.0", "checkpoint"), {
      kind: "absent",
      before: "0.21.2",
      after: undefined,
    });
  });
});
