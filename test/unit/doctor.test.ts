import assert from "node:assert/strict";
import { findingsText } from "../../automation/cli/doctor";
import { judgeMachine, type Finding } from "../../automation/doctor/findings";
import { lookAtMachine, type Engine, type Machine } from "../../automation/doctor/machine";

const engine: Engine = {
  version: "20.10.24+dfsg1",
  api: "1.41",
  oldestApi: "1.12",
  os: "linux",
  architecture: "x86_64",
  cgroup: "v1",
  storage: "overlay2",
  root: "/var/lib/docker",
  rootless: false,
  forwarding: true,
};

const machine: Machine = {
  platform: "linux",
  node: "24.21.0",
  client: "20.10.24",
  engine,
  noEngine: undefined,
  pulumi: "3.259.0",
  plugins: { docker: ["5.2.0"], command: ["1.2.1"] },
  fetchesPlugins: false,
  ssh: true,
  memory: 8 * 2 ** 30,
  disks: [{ what: "Docker's data", folder: "/var/lib/docker", free: 50 * 2 ** 30 }],
  limits: { "fs.inotify.max_user_instances": 1024, "kernel.pid_max": 4194304 },
  openFiles: 1048576,
};

const told = (change: Partial<Machine>): Finding[] =>
  judgeMachine({ ...machine, ...change }).filter(({ level }) => level !== "ok");
const ofEngine = (change: Partial<Engine>): Finding[] => told({ engine: { ...engine, ...change } });

/** What makes each finding, at which level, which words it must have, and what nearly does. */
const scenes: readonly [check: string, level: Finding["level"], Finding[], RegExp, Finding[]][] = [
  ["node", "block", told({ node: "20.20.2" }), /require/, told({ node: "22.12.0" })],
  ["pulumi", "block", told({ pulumi: undefined }), /setup\.js/, told({ pulumi: "3.200.0" })],
  ["pulumi", "block", told({ pulumi: "3.100.0" }), /3\.200\.0 or newer/, []],
  [
    "plugin-command",
    "block",
    told({ plugins: { docker: ["5.2.0"], command: ["4.23.0"] } }),
    /4\.23\.0 only/,
    [],
  ],
  [
    "plugin-docker",
    "warn",
    told({ plugins: { command: ["1.2.1"] }, fetchesPlugins: true }),
    /pulumi plugin install resource docker 5\.2\.0/,
    [],
  ],
  ["docker-client", "block", told({ client: undefined, engine: undefined }), /no docker client/, []],
  [
    "docker-engine",
    "block",
    told({ engine: undefined, noEngine: "permission denied" }),
    /permission denied/,
    [],
  ],
  ["docker-engine", "block", ofEngine({ os: "windows" }), /docker context/, []],
  [
    "schema-1-images",
    "warn",
    ofEngine({ version: "26.0.0" }),
    /up to 0\.26/,
    ofEngine({ version: "25.0.9" }),
  ],
  ["schema-1-images", "warn", ofEngine({ version: "28.2.0" }), /skopeo/, []],
  ["docker-api", "warn", ofEngine({ version: "29.0.0" }), /1\.44/, ofEngine({ version: "28.5.1" })],
  ["cgroup", "warn", ofEngine({ cgroup: "v2" }), /every version/, ofEngine({ cgroup: undefined })],
  [
    "architecture",
    "warn",
    ofEngine({ architecture: "aarch64" }),
    /x86_64/,
    ofEngine({ architecture: "amd64" }),
  ],
  ["ip-forwarding", "warn", ofEngine({ forwarding: false }), /sysctl/, []],
  ["container-addresses", "warn", ofEngine({ rootless: true }), /rootless/, []],
  ["container-addresses", "warn", told({ platform: "darwin" }), /libmesos/, []],
  ["ssh", "warn", told({ ssh: false }), /openssh-client/, []],
  ["memory", "block", told({ memory: 2 ** 29 }), /1\.1 GiB/, told({ memory: 2 * 2 ** 30 })],
  ["memory", "warn", told({ memory: 2 ** 30 }), /docker ps/, []],
  [
    "disk-data",
    "block",
    told({ disks: [{ what: "Docker's data", folder: "/x", free: 2 ** 28 }] }),
    /docker system prune/,
    told({ disks: [{ what: "Docker's data", folder: "/x", free: 4 * 2 ** 30 }] }),
  ],
  [
    "disk-files",
    "warn",
    told({ disks: [{ what: "temporary files", folder: "/tmp", free: 2 ** 30 }] }),
    /du -xh/,
    [],
  ],
  [
    "fs.inotify.max_user_instances",
    "warn",
    told({ limits: { "fs.inotify.max_user_instances": 128 } }),
    /sysctl -w fs\.inotify\.max_user_instances=256/,
    told({ limits: { "fs.inotify.max_user_instances": 256 } }),
  ],
  ["open-files", "warn", told({ openFiles: 256 }), /ulimit/, told({ openFiles: 1024 })],
];

describe("the doctor", () => {
  it("has nothing to say of a machine that has everything", () => {
    assert.deepEqual(told({}), []);
    assert.match(findingsText(judgeMachine(machine)), /clusters can start here; 0 of \d+ checks warn\n$/);
  });

  for (const [i, [check, level, findings, words, silent]] of scenes.entries()) {
    it(`finds ${check} (${level}, scene ${i + 1}), says why and how to mend it, and is silent where it is nearly so`, () => {
      const found = findings.find((one) => one.check === check);
      assert.ok(found !== undefined, JSON.stringify(findings));
      assert.equal(found.level, level);
      assert.match(`${found.what} ${found.why} ${found.mend}`, words);
      assert.ok(found.why.length > 10);
      assert.ok(!silent.some((one) => one.check === check));
    });
  }

  it("ends with what blocks", () => {
    const text = findingsText(judgeMachine({ ...machine, pulumi: undefined }));
    assert.match(
      text,
      /^✗ there is no Pulumi CLI\n {4}every cluster is a Pulumi stack\n {4}\$ node toolchain\/setup\.js$/m,
    );
    assert.match(text, /no cluster can start here: 1 of \d+ checks block\n$/);
  });

  it("looks at a real machine, and finds out at least its Node, memory and disks", async () => {
    const { node, memory, disks } = await lookAtMachine();
    assert.equal(node, process.versions.node);
    assert.ok(memory > 0 && disks.length > 0);
  }).timeout(60_000);
});
