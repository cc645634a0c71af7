import assert from "node:assert/strict";
import { assertRefused, cluster, clusterFile, type Expected } from "./config-problems";

const MESOS = 'mesos: "1.11.0"';
const REGION = "region: europe-west1";

const target = (keys: string): string => `${MESOS}\ntarget: { kind: gcp, ${keys} }`;

const refused: readonly [title: string, text: string, expected: Expected][] = [
  [
    "without a region",
    `${MESOS}\ntarget: «gcp`,
    { path: "cluster.target", message: /names no region/, cure: /region: europe-west1/ },
  ],
  [
    "with a zone for a region",
    target("region: «us-east1-b"),
    {
      path: "cluster.target.region",
      message: /is a zone, not a region/,
      cure: /region: us-east1 and zones: \[us-east1-b\]/,
    },
  ],
  [
    "with something that is no region",
    target('region: «"Frankfurt"'),
    { message: /no region of Google Cloud/, cure: /europe-west1/ },
  ],
  [
    "with a zone of another region",
    `${MESOS}\ntarget: «{ kind: gcp, ${REGION}, zones: [us-east1-b] }`,
    { message: /"us-east1-b" is not in region europe-west1/, cure: /zones of europe-west1/ },
  ],
  [
    "with a zone given twice",
    `${MESOS}\ntarget: «{ kind: gcp, ${REGION}, zones: [europe-west1-b, europe-west1-b] }`,
    { message: /given twice/, cure: /once/ },
  ],
  [
    "with a project's name in place of its id",
    target(`${REGION}, project: «"My Project"`),
    { path: "cluster.target.project", message: /no project id/, cure: /PROJECT_ID/ },
  ],
  [
    "with an Arm machine",
    target(`${REGION}, machineType: «t2a-standard-2`),
    { message: /Arm processor, and images of Mesos are for amd64/, cure: /e2-standard-2/ },
  ],
  [
    "with too small a machine",
    target(`${REGION}, machineType: «e2-micro`),
    { message: /2 GB of memory/, cure: /e2-standard-2/ },
  ],
  [
    "with no machine",
    target(`${REGION}, count: «0`),
    { message: /0 machines cannot be made/, cure: /1 to 100/ },
  ],
  [
    "with an image that names no project",
    target(`${REGION}, machineImage: «debian-12`),
    { message: /a project, a slash/, cure: /debian-cloud\/debian-12/ },
  ],
  [
    "with a disk that is too small",
    target(`${REGION}, disk: { size: «5 }`),
    { path: "cluster.target.disk.size", message: /5 GB is less than the image/, cure: /10 to 2000/ },
  ],
  [
    "with an unknown type of disk",
    target(`${REGION}, disk: { type: «pd-sdd }`),
    { message: /no type of a disk/, cure: /pd-ssd/ },
  ],
  [
    "with a label in letters that Google refuses",
    target(`${REGION}, labels: { «Team: a }`),
    { message: /no name of a label that Google takes/, cure: /team/ },
  ],
  [
    "with a label that is ours",
    target(`${REGION}, labels: { «mesos-matrix-run: a }`),
    { message: /set by mesos-matrix/, cure: /another name/ },
  ],
  [
    "with a label's text in letters that Google refuses",
    target(`${REGION}, labels: { team: «"A B" }`),
    { message: /no text of a label/, cure: /schedulers/ },
  ],
  [
    "open to everybody",
    target(`${REGION}, sshFrom: [«0.0.0.0/0]`),
    { path: "cluster.target.sshFrom[0]", message: /lets everybody reach ssh/, cure: /from which you work/ },
  ],
  [
    "with an address for a range",
    target(`${REGION}, sshFrom: [«203.0.113.7]`),
    { message: /how many addresses/, cure: /203\.0\.113\.7\/32/ },
  ],
  [
    "with bits behind the range's mask",
    target(`${REGION}, sshFrom: [«203.0.113.7/24]`),
    { message: /bits behind its \/24/, cure: /203\.0\.113\.0\/24/ },
  ],
  [
    "with an IPv6 range",
    target(`${REGION}, sshFrom: [«"2001:db8::/32"]`),
    { message: /IPv6 range/, cure: /203\.0\.113\.7\/32/ },
  ],
  [
    "that lives too short",
    target(`${REGION}, ttl: «1m`),
    { message: /before a cluster is ready/, cure: /10m/ },
  ],
  ["that lives too long", target(`${REGION}, ttl: «9999h`), { message: /longer than Google/, cure: /2880h/ }],
  ["whose time has no unit", target(`${REGION}, ttl: «"8"`), { message: /is no time/, cure: /8h/ }],
  [
    "with keys of another target",
    target(`${REGION}, «hosts: [192.0.2.1]`),
    { path: "cluster.target.hosts", message: /target gcp takes no hosts/, cure: /take this key out/ },
  ],
  [
    "whose firewall is in nobody's hands",
    target(`${REGION}, firewall: «off-duty`),
    { message: /says not who closes/, cure: /managed/ },
  ],
];

describe("target gcp", () => {
  it("needs no more than a region: machines for all nodes, in three zones, for eight hours", () => {
    const text = `${target(REGION)}\nmasters: { count: 3 }\nagents: [{ count: 2 }, { count: 2 }]`;
    assert.deepEqual(cluster(clusterFile(text)).target, {
      kind: "gcp",
      project: undefined,
      region: "europe-west1",
      zones: ["europe-west1-b", "europe-west1-c", "europe-west1-d"],
      count: 4,
      machineType: "e2-standard-2",
      image: "debian-cloud/debian-12",
      disk: { size: 30, type: "pd-balanced" },
      spot: false,
      labels: {},
      sshFrom: undefined,
      firewall: true,
      ttl: 28_800,
    });
  });

  it("keeps every value that a user gives", () => {
    const keys = [
      "region: us-central1, zones: [us-central1-f], project: my-project, count: 2, machineType: n2-standard-4",
      "machineImage: debian-cloud/debian-11, disk: { size: 50, type: pd-ssd }, spot: true, labels: { team: a }",
      "sshFrom: [198.51.100.0/24], firewall: unmanaged, ttl: 24h",
    ];
    assert.deepEqual(cluster(clusterFile(target(keys.join(", ")))).target, {
      kind: "gcp",
      project: "my-project",
      region: "us-central1",
      zones: ["us-central1-f"],
      count: 2,
      machineType: "n2-standard-4",
      image: "debian-cloud/debian-11",
      disk: { size: 50, type: "pd-ssd" },
      spot: true,
      labels: { team: "a" },
      sshFrom: ["198.51.100.0/24"],
      firewall: false,
      ttl: 86_400,
    });
  });

  describe("is refused", () => {
    for (const [title, text, expected] of refused)
      it(title, () => {
        assertRefused(cluster, clusterFile(text), expected);
      });
  });
});
