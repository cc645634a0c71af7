import assert from "node:assert/strict";
import flagFile from "../../mesos/data/flags.json";
import { flagBuildOption } from "../../mesos/flag-history";
import { flagDefault, flagType } from "../../mesos/flags";
import type { MesosRole } from "../../mesos/flags";
import { flagValueFault } from "../../mesos/flag-values";

const tags = Object.keys(flagFile.versions);
const roles: readonly MesosRole[] = ["master", "agent"];

describe("the value of a flag", () => {
  for (const [type, good, bad] of [
    [
      "duration",
      ["2secs", "1.5mins", "0ns", "10ms", "6hrs", "1weeks"],
      ["2", "2sec", "secs", "-1secs", "2 secs", ""],
    ],
    ["bytes", ["2GB", "4096B", "1KB"], ["2", "GB", "1.5GB", "2gb", "-1MB", ""]],
    ["bool", ["true", "false", "1", "0"], ["yes", "True", "", "2"]],
    ["int", ["0", "-1", "100"], ["1.5", "one", "", "1e3"]],
    ["double", ["0.1", "1", "-2.5", "1e-3"], ["", "x", "1,5", "NaN"]],
    ["json", ['{"a":1}', "[]", "/etc/acls", "file:///etc/acls"], ["{", "1", '"a"', "acls.json", ""]],
    ["path", ["/etc/c", "file:///etc/c"], ["c", "./c", "", "file://"]],
    ["int-list", ["0", "0,1"], ["", "a", "0,"]],
  ] as const) {
    it(`of type ${type} is read as Mesos reads it`, () => {
      for (const text of good) assert.equal(flagValueFault(type, text), undefined, text);
      for (const text of bad) assert.notEqual(flagValueFault(type, text), undefined, text);
    });
  }

  it("in other words is told as it was meant", () => {
    const meant = (type: string, text: string): unknown => flagValueFault(type, text)?.meant;
    const durations = {
      "2": "2secs",
      "2s": "2secs",
      "2 sec": "2secs",
      "3Minutes": "3mins",
      "1h": "1hrs",
      "5 d": "5days",
    };
    for (const [text, right] of Object.entries(durations)) assert.equal(meant("duration", text), right, text);
    const sizes = { "2gb": "2GB", "2G": "2GB", "2GiB": "2GB", "1.5 GB": "1536MB", "512b": "512B" };
    for (const [text, right] of Object.entries(sizes)) assert.equal(meant("bytes", text), right, text);
    const truths = { yes: "true", Off: "false", TRUE: "true", N: "false" };
    for (const [text, right] of Object.entries(truths)) assert.equal(meant("bool", text), right, text);
    for (const [type, text] of [
      ["duration", "2 constructor"],
      ["duration", "soon"],
      // A number of what? Nobody can tell.
      ["bytes", "2048"],
      ["bytes", "1.3KB"],
      ["bool", "maybe"],
    ] as const) {
      assert.equal(meant(type, text), undefined, text);
    }
  });

  it("can be every example and every meaning that a message gives", () => {
    for (const type of ["duration", "bytes", "bool", "int", "double", "json", "path", "int-list"]) {
      for (const text of ["", "2", "2 sec", "2gb", "yes", "1.0", "x"]) {
        const fault = flagValueFault(type, text);
        if (fault?.meant !== undefined) assert.equal(flagValueFault(type, fault.meant), undefined);
        // The examples are YAML: without the quotes they are the value.
        const example = fault?.example.replace(/^(['"])(.*)\1$/, "$2");
        if (example !== undefined) assert.equal(flagValueFault(type, example), undefined, example);
      }
    }
  });

  it("may be the default that Mesos itself has, at every version", () => {
    for (const tag of tags) {
      for (const role of roles) {
        for (const name of Object.keys(flagFile.flags[role])) {
          const [type, text] = [flagType(role, tag, name), flagDefault(role, tag, name)];
          if (type === undefined || text === undefined) continue;
          assert.equal(flagValueFault(type, text), undefined, `${role} ${tag} --${name}=${text}`);
        }
      }
    }
  });
});

describe("the configure option of a flag", () => {
  it("is known for every flag that not every Linux build has, under the name of that version", () => {
    for (const tag of tags) {
      for (const role of roles) {
        for (const [name, row] of Object.entries(
          flagFile.flags[role] as Record<string, { onlyIf?: unknown }>,
        )) {
          const onLinux = row.onlyIf === undefined || row.onlyIf === "linux";
          const option = flagBuildOption(role, tag, name);
          if (onLinux) assert.equal(option, undefined, `${role} ${tag} --${name}`);
          if (typeof row.onlyIf === "string" && !onLinux) assert.match(option ?? "", /^--(?:en|with)/, name);
        }
      }
    }
    assert.equal(flagBuildOption("agent", "1.3.0", "lo_name"), "--with-network-isolator");
    assert.equal(flagBuildOption("agent", "1.4.0", "lo_name"), "--enable-port-mapping-isolator");
    assert.equal(flagBuildOption("agent", "1.0.0", "nvidia_gpu_devices"), undefined);
    assert.equal(flagBuildOption("agent", "1.6.0", "disk_profile_adaptor"), undefined);
  });
});
