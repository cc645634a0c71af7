import {
  assertRefused,
  cluster,
  clusterFile,
  KEY,
  matrix,
  matrixFile,
  stack,
  stackFile,
} from "./config-problems";
import type { Expected } from "./config-problems";

type Case = readonly [title: string, keys: string, expected: Expected & { readonly path: string }];

const MESOS = 'mesos: "1.11.0"';

const cases: readonly Case[] = [
  [
    "a key that is nearly one of a cluster's",
    `${MESOS}\n«agnets: [{ count: 2 }]`,
    {
      path: "agnets",
      message: /"agnets" is no key of (cluster|mesos-matrix:cluster)/,
      cure: /did you mean agents\?/,
    },
  ],
  [
    "a key in another spelling",
    `${MESOS}\n«ready_timeout: 2m`,
    { path: "ready_timeout", message: /ready_timeout/, cure: /did you mean readyTimeout\?/ },
  ],
  [
    "a key that belongs elsewhere",
    `${MESOS}\n«resources: "cpus:1"`,
    { path: "resources", message: /"resources" is no key/, cure: /it belongs to .*agents\[0\]/ },
  ],
  [
    "a key that is like no other",
    `${MESOS}\nzookeeper: { «xyz: 1 }`,
    {
      path: "zookeeper.xyz",
      message: /"xyz" is no key of zookeeper/,
      cure: /the keys here are count, version/,
    },
  ],
  [
    "a key written twice",
    `${MESOS}\nmasters: { count: 1, «count: 1 }`,
    { path: "masters.count", message: /"count" is written twice/, cure: /keep one/ },
  ],
  [
    "a Mesos version that YAML reads as another number",
    "mesos: «1.10",
    { path: "mesos", message: /1\.10 is a number, which YAML reads as 1\.1,/, cure: /write "1\.10\.0"/ },
  ],
  [
    "a Mesos version that is a number below its key",
    "mesos: { version: «1.9 }",
    { path: "mesos.version", message: /1\.9 is a number, but version must be/, cure: /write "1\.9\.0"/ },
  ],
  [
    "a ZooKeeper version that is a number",
    `${MESOS}\nzookeeper: «3.10`,
    {
      path: "zookeeper",
      message: /3\.10 is a number, which YAML reads as 3\.1,/,
      cure: /zookeeper: "3\.10"/,
    },
  ],
  [
    "a Mesos version that never existed",
    'mesos: «"1.8.7"',
    { path: "mesos", message: /"1\.8\.7" was never a release/, cure: /the nearest are .*1\.8\.1/ },
  ],
  [
    "a Mesos version of two numbers",
    'mesos: «"1.8"',
    { path: "mesos", message: /"1\.8" is not how Mesos writes/, cure: /write "1\.8\.0"/ },
  ],
  [
    "a Mesos version with a v",
    `${MESOS}\nmasters: { version: «v1.8.0-rc3 }`,
    { path: "masters.version", message: /"v1\.8\.0-rc3"/, cure: /write "1\.8\.0-rc3"/ },
  ],
  [
    "a cluster to which nobody gave a Mesos version",
    "mesos: «{ image: simulator }\nmasters: { version: 1.11.0 }\nagents: [{ version: 1.11.0 }, { count: 2 }]".replace(
      "mesos: «",
      "«mesos: ",
    ),
    {
      path: "mesos.version",
      message: /no Mesos version is given for agents\[1\]/,
      cure: /add version: "1\.11\.0" below mesos/,
    },
  ],
  [
    "something that is no ZooKeeper version",
    `${MESOS}\nzookeeper: «latest`,
    { path: "zookeeper", message: /"latest" is no release of ZooKeeper/, cure: /"3\.8"/ },
  ],
  [
    "no masters",
    `${MESOS}\nmasters: { count: «0 }`,
    { path: "masters.count", message: /0 masters cannot run/, cure: /write 1, 3 or 5/ },
  ],
  [
    "no ZooKeeper server",
    `${MESOS}\nzookeeper: { count: «0 }`,
    { path: "zookeeper.count", message: /0 ZooKeeper servers cannot run/, cure: /write 1, 3 or 5/ },
  ],
  [
    "more masters than help",
    `${MESOS}\nmasters: { count: «7 }`,
    { path: "masters.count", message: /7 masters are too many/, cure: /write 5/ },
  ],
  [
    "a number of masters instead of a mapping",
    `${MESOS}\nmasters: «3`,
    {
      path: "masters",
      message: /3 is a number, but masters must be a mapping/,
      cure: /masters: \{ count: 3 \}/,
    },
  ],
  [
    "a number of agents instead of a list",
    `${MESOS}\nagents: «3`,
    {
      path: "agents",
      message: /3 is a number, but agents must be a list/,
      cure: /agents: \[\{ count: 3 \}\]/,
    },
  ],
  [
    "a mapping of agents instead of a list",
    `${MESOS}\nagents: «{ count: 2 }`,
    { path: "agents", message: /a mapping stands here, but agents must be a list/, cure: /put - before/ },
  ],
  [
    "an empty list of agents",
    `${MESOS}\nagents: «[]`,
    { path: "agents", message: /list of agents is empty/, cure: /leave agents out for one agent/ },
  ],
  [
    "a group that is a number",
    `${MESOS}\nagents: [{ count: 1 }, «2]`,
    { path: "agents[1]", message: /2 is a number, but agents\[1\] must be/, cure: /write \{ count: 2 \}/ },
  ],
  [
    "a count in quotes",
    `${MESOS}\nagents:\n  - count: «"2"`,
    {
      path: "agents[0].count",
      message: /"2" is text, but count must be a whole number/,
      cure: /take the quotes off: count: 2/,
    },
  ],
  [
    "half an agent",
    `${MESOS}\nagents: [{ count: «1.5 }]`,
    {
      path: "agents[0].count",
      message: /1\.5 is a number, but count must be a whole number/,
      cure: /count: 2/,
    },
  ],
  [
    "a negative count",
    `${MESOS}\nagents: [{ count: «-1 }]`,
    { path: "agents[0].count", message: /-1 agents/, cure: /write 1 or more/ },
  ],
  [
    "a huge count",
    `${MESOS}\nagents: [{ count: «100000 }]`,
    { path: "agents[0].count", message: /100000 agents are more than 250/, cure: /write 250 or less, and/ },
  ],
  [
    "more groups than the network has room for",
    `${MESOS}\nagents: «[${"{ count: 1 }, ".repeat(16)}]`,
    { path: "agents", message: /16 groups of agents are more than 15/, cure: /write 15 groups or less/ },
  ],
  [
    "a count beyond all numbers",
    `${MESOS}\nagents: [{ count: «1e999 }]`,
    { path: "agents[0].count", message: /1e999 is a number, which YAML reads as Infinity/, cure: /count: 2/ },
  ],
  [
    "a count that nobody filled in",
    `${MESOS}\nmasters:\n  count: «~`,
    { path: "masters.count", message: /count is empty/, cure: /write count: 3/ },
  ],
  [
    "an unknown image source",
    "mesos: { version: 1.11.0, image: «simulatr }",
    { path: "mesos.image", message: /"simulatr" is not an image source/, cure: /did you mean simulator\?/ },
  ],
  [
    "an image reference where a source belongs",
    `${MESOS}\nmasters: { image: «"my/mesos:1.0" }`,
    { path: "masters.image", message: /needs its repository/, cure: /custom: \{ repository:/ },
  ],
  [
    "a custom image without a tag",
    `${MESOS}\nmasters: { image: { «custom: { repository: my/mesos } } }`,
    { path: "masters.image.custom.tag", message: /tag is missing/, cure: /add tag: "\{version\}"/ },
  ],
  [
    "a tag that YAML reads as a mapping",
    `${MESOS}\nmasters: { image: { custom: { repository: my/mesos, tag: «{version} } } }`,
    { path: "masters.image.custom.tag", message: /a mapping stands here/, cure: /tag: "\{version\}"/ },
  ],
  [
    "a repository that Docker refuses",
    `${MESOS}\nmasters: { image: { custom: { repository: «My/Mesos, tag: x } } }`,
    { path: "masters.image.custom.repository", message: /Docker refuses/, cure: /write my\/mesos/ },
  ],
  [
    "a name that Docker refuses",
    `name: «My_Cluster\n${MESOS}`,
    { path: "name", message: /"My_Cluster" is no name that Docker/, cure: /write my-cluster/ },
  ],
  [
    "hosts that ssh is to reach, but none is named",
    `target: «ssh\n${MESOS}`,
    { path: "target", message: /target ssh names no hosts/, cure: /hosts: \[/ },
  ],
  [
    "hosts of which nobody says who closes their ports",
    `target: { kind: ssh, hosts: [192.0.2.1], firewall: «none }\n${MESOS}`,
    { path: "target.firewall", message: /says not who closes/, cure: /unmanaged/ },
  ],
  [
    "an empty list of hosts",
    `target: «{ kind: ssh, hosts: [] }\n${MESOS}`,
    { path: "target", message: /target ssh names no hosts/, cure: /hostsFrom/ },
  ],
  [
    "hosts of which there are two kinds",
    `target: «{ kind: ssh, hosts: [10.0.0.1], hostsFrom: pool }\n${MESOS}`,
    { path: "target", message: /given twice/, cure: /one of the two/ },
  ],
  [
    "an address that ssh would take for an option",
    `target: { kind: ssh, hosts: [«-oProxyCommand=x] }\n${MESOS}`,
    { path: "target.hosts[0]", message: /neither a host's name nor/, cure: /192\.0\.2\.10/ },
  ],
  [
    "a user that a shell would run",
    `target: { kind: ssh, hosts: [10.0.0.1], user: «"$(id)" }\n${MESOS}`,
    { path: "target.user", message: /no name of a user/, cure: /such as root/ },
  ],
  [
    "a host key that is a fingerprint",
    `target: { kind: ssh, hosts: [{ address: a, hostKey: «"SHA256:abc" }] }\n${MESOS}`,
    { path: "target.hosts[0].hostKey", message: /no public key of a host/, cure: /first two words/ },
  ],
  [
    "two hosts of one address",
    `target: { kind: ssh, hosts: [10.0.0.1, «10.0.0.1] }\n${MESOS}`,
    {
      path: "target.hosts[1]",
      message: /hosts\[0\] and hosts\[1\] have the same address/,
      cure: /its own address/,
    },
  ],
  [
    "hosts of which none may run a master",
    `target: { kind: ssh, hosts: «[{ address: a, roles: [agent, zookeeper] }] }\n${MESOS}`,
    { path: "target.hosts", message: /no host may run a master/, cure: /add master/ },
  ],
  [
    "a role that is none",
    `target: { kind: ssh, hosts: [{ address: a, roles: [«slave] }] }\n${MESOS}`,
    { path: "target.hosts[0].roles[0]", message: /nothing that a host could run/, cure: /known: zookeeper/ },
  ],
  [
    "settings of a target that has none",
    `target: { kind: local, «hosts: [10.0.0.1] }\n${MESOS}`,
    { path: "target.hosts", message: /local takes no settings/, cure: /take this key out/ },
  ],
  [
    "unknown timings",
    `${MESOS}\ntimings: «fats`,
    { path: "timings", message: /"fats" is not a set of timings/, cure: /did you mean fast\?/ },
  ],
  [
    "a time without a unit",
    `${MESOS}\nreadyTimeout: «120`,
    {
      path: "readyTimeout",
      message: /120 is a number, but readyTimeout must be a time with its unit/,
      cure: /write 120s/,
    },
  ],
  [
    "a life of a cluster that is too short",
    `${MESOS}\nttl: «30s`,
    { path: "ttl", message: /"30s" is shorter than a minute/, cure: /write at least 1m/ },
  ],
  [
    "a life of a cluster that is too long",
    `${MESOS}\nttl: «721h`,
    { path: "ttl", message: /"721h" is longer than thirty days/, cure: /write 720h or less/ },
  ],
  [
    "a number as the value of a variable",
    `${MESOS}\nmasters: { env: { PORT: «8080 } }`,
    { path: "masters.env.PORT", message: /8080 is a number, but PORT must be text/, cure: /PORT: "8080"/ },
  ],
  [
    "a truth value as the value of a variable",
    `${MESOS}\nagents: [{ env: { MESOS_STRICT: «true } }]`,
    {
      path: "agents[0].env.MESOS_STRICT",
      message: /true is a yes-or-no value/,
      cure: /MESOS_STRICT: "true"/,
    },
  ],
  [
    "a variable that Mesos would take for a flag and die of",
    `${MESOS}\nagents: [{ env: { «MESOS_VERSION: "1.7.1" } }]`,
    {
      path: "agents[0].env.MESOS_VERSION",
      message: /fatal: Mesos reads it as the flag --version/,
      cure: /take it out/,
    },
  ],
  [
    "the same in small letters, which Mesos reads too",
    `${MESOS}\nmasters: { env: { «MESOS_help: x } }`,
    { path: "masters.env.MESOS_help", message: /--help/, cure: /take it out/ },
  ],
  [
    "a variable's name that no shell takes",
    `${MESOS}\nmasters: { env: { «my-var: x } }`,
    { path: "masters.env.my-var", message: /cannot name an environment variable/, cure: /write my_var/ },
  ],
  [
    "a secret in clear text",
    `${MESOS}\nmasters: { env: { PW: { secret: { «value: hunter2 } } } }`,
    { path: "masters.env.PW.secret.value", message: /"value" is no key of secret/, cure: /env, file/ },
  ],
  [
    "a secret with two sources",
    `${MESOS}\nmasters: { env: { PW: { secret: «{ env: A, file: b } } } }`,
    { path: "masters.env.PW.secret", message: /given twice/, cure: /either env: NAME or file: PATH/ },
  ],
  [
    "resources with a unit",
    `${MESOS}\nagents: [{ resources: «"cpus:1;mem:2GB" }]`,
    {
      path: "agents[0].resources",
      message: /"2GB" is no amount of mem: Mesos counts megabytes/,
      cure: /write mem:2048/,
    },
  ],
  [
    "an attribute that is a number",
    `${MESOS}\nagents: [{ attributes: { rack: «1 } }]`,
    { path: "agents[0].attributes.rack", message: /1 is a number, but rack must be text/, cure: /rack: "1"/ },
  ],
  [
    "an attribute's name that Mesos would split",
    `${MESOS}\nagents: [{ attributes: { «"a:b": x } }]`,
    {
      path: "agents[0].attributes.a:b",
      message: /"a:b" cannot name an attribute/,
      cure: /write it like rack/,
    },
  ],
  [
    "terminal escapes in a key",
    `${MESOS}\n«"\\e[31mred\\u202e": 1`,
    {
      path: '["\\u001b[31mred\\u{202e}"]',
      message: /^"\\u001b\[31mred\\u\{202e\}" is no key/,
      cure: /the keys here are/,
    },
  ],
  [
    "terminal escapes in a value",
    `name: «"\\e]0;x\\a"\n${MESOS}`,
    { path: "name", message: /^"\\u001b\]0;x\\u0007" is no name/, cure: /write 0-x/ },
  ],
  [
    "a group with a fault, once and at its anchor, though an alias repeats it",
    `${MESOS}\nagents:\n  - &group { count: «0 }\n  - *group`,
    { path: "agents[0].count", message: /a group of 0 agents/, cure: /write 1 or more/ },
  ],
  [
    "a NUL character in a variable",
    `${MESOS}\nmasters: { env: { A: «"a\\0b" } }`,
    {
      path: "masters.env.A",
      message: /^"a\\u0000b" holds a NUL character/,
      cure: /take the NUL character out/,
    },
  ],
  [
    "a __proto__ key",
    `${MESOS}\n«__proto__: { count: 1 }`,
    { path: "__proto__", message: /"__proto__" is no key/, cure: /take it out/ },
  ],
  [
    "a merge key",
    `${MESOS}\nmasters: { «<<: { count: 1 } }`,
    { path: 'masters["<<"]', message: /merge keys \(<<\) are not supported/, cure: /write the keys out/ },
  ],
  [
    "an alias without an anchor",
    "mesos: «*version",
    { path: "", message: /the alias \*version has no anchor/, cure: /write &version/ },
  ],
];

const hosts: readonly [
  name: string,
  prefix: string,
  wrap: (keys: string) => string,
  read: (text: string) => unknown,
][] = [
  ["a Cluster file", "cluster", clusterFile, cluster],
  ["a Matrix file", "cluster", matrixFile, matrix],
  ["a stack's config", KEY, stackFile, stack],
];

for (const [name, prefix, wrap, read] of hosts) {
  describe(`a cluster in ${name} is refused, at the place and with a cure, for`, () => {
    for (const [title, keys, expected] of cases) {
      it(title, () => {
        assertRefused(read, wrap(keys), { ...expected, path: below(prefix, expected.path) });
      });
    }
  });
}

/** A path of the cluster as a path of its document; "" is the document itself. */
function below(prefix: string, path: string): string {
  if (path === "" || path.startsWith("[")) return path === "" ? "" : prefix + path;
  return `${prefix}.${path}`;
}
