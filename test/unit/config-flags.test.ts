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

const mesos = (version: string): string => `mesos: { version: ${version}, image: simulator }`;

const names: readonly Case[] = [
  [
    "a name that no version ever had, with the nearest",
    `${mesos("1.11.0")}\nagents: [{ flags: { «isolator: posix/cpu } }]`,
    {
      path: "agents[0].flags.isolator",
      message: /"isolator" is no flag of agents of 1\.11\.0, nor of any other version/,
      cure: /^did you mean isolation\?$/,
    },
  ],
  [
    "a name near one of the other role",
    `${mesos("1.11.0")}\nmasters: { flags: { «isolator: posix/cpu } }`,
    {
      path: "masters.flags.isolator",
      message: /is no flag of masters of 1\.11\.0/,
      cure: /did you mean isolation\? It is a flag of agents/,
    },
  ],
  [
    "a name near one of other versions",
    `${mesos("1.11.0")}\nagents: [{ flags: { «check-point: true } }]`,
    {
      path: "agents[0].flags.check-point",
      message: /is no flag of agents/,
      cure: /did you mean checkpoint, which other versions have\?/,
    },
  ],
  [
    "a name like no other",
    `${mesos("1.11.0")}\nflags: { «xyzzy: 1 }`,
    {
      path: "flags.xyzzy",
      message: /no flag of masters of 1\.11\.0 or agents of 1\.11\.0/,
      cure: /take it out; Mesos exits/,
    },
  ],
  [
    "a name of an object's own property",
    `${mesos("1.11.0")}\nflags: { «constructor: 1 }`,
    { path: "flags.constructor", message: /"constructor" is no flag/, cure: /take it out/ },
  ],
  [
    "a name with dashes, as a command line has it",
    `${mesos("1.11.0")}\nflags: { «--zk-session-timeout: 2secs }`,
    {
      path: "flags.--zk-session-timeout",
      message: /is no flag/,
      cure: /did you mean zk_session_timeout\?/,
    },
  ],
  [
    "the negation of a flag",
    `${mesos("1.11.0")}\nagents: [{ flags: { «no-switch_user: true } }]`,
    { path: "agents[0].flags.no-switch_user", message: /is no flag/, cure: /write switch_user: false/ },
  ],
  [
    "a setting of libprocess",
    `${mesos("1.11.0")}\nflags: { «libprocess_num_worker_threads: 2 }`,
    {
      path: "flags.libprocess_num_worker_threads",
      message: /libprocess reads it from the environment only/,
      cure: /env:, as LIBPROCESS_NUM_WORKER_THREADS/,
    },
  ],
  [
    "a TLS setting, under the name of its time",
    `${mesos("0.28.3")}\nflags: { «ssl_enabled: true }`,
    { path: "flags.ssl_enabled", message: /libprocess reads it/, cure: /env:, as SSL_ENABLED/ },
  ],
  [
    "a flag of agents under masters",
    `${mesos("1.11.0")}\nmasters: { flags: { «isolation: posix/cpu } }`,
    {
      path: "masters.flags.isolation",
      message: /"isolation" is a flag of agents, not of masters/,
      cure: /in a group below agents:/,
    },
  ],
  [
    "a flag of masters under agents",
    `${mesos("1.11.0")}\nagents: [{ flags: { «offer_timeout: 1mins } }]`,
    {
      path: "agents[0].flags.offer_timeout",
      message: /"offer_timeout" is a flag of masters, not of agents/,
      cure: /below masters:/,
    },
  ],
  [
    "a flag that came later",
    `${mesos("1.4.3")}\nagents: [{ flags: { «zk_session_timeout: 2secs } }]`,
    {
      path: "agents[0].flags.zk_session_timeout",
      message: /agents of 1\.4\.3 do not have it yet \(it came with 1\.5\.0-rc1\)/,
      cure: /such as 1\.5\.0-rc1/,
    },
  ],
  [
    "a flag that only a later candidate of the same release has",
    `${mesos("1.6.1-rc1")}\nmasters: { flags: { «min_allocatable_resources: "cpus:0.1" } }`,
    {
      path: "masters.flags.min_allocatable_resources",
      message: /masters of 1\.6\.1-rc1 do not have it \(1\.5\.3 has it, and then 1\.6\.1-rc2\)/,
      cure: /such as 1\.5\.3 or 1\.6\.1-rc2/,
    },
  ],
  [
    "a flag that was removed",
    `${mesos("0.22.0")}\nflags: { «checkpoint: true }`,
    {
      path: "flags.checkpoint",
      message: /agents of 0\.22\.0 no longer have it \(the last version with it is 0\.21\.2\)/,
      cure: /take it out, or use a version that has it, such as 0\.21\.2/,
    },
  ],
  [
    "a flag that neither role has at its version, though each has at another",
    `${mesos("0.22.2")}\nflags: { «modules_dir: /m }`,
    {
      path: "flags.modules_dir",
      message: /masters of 0\.22\.2 do not have it yet .*, agents of 0\.22\.2 do not have it yet/,
      cure: /such as 1\.0\.0-rc1/,
    },
  ],
  [
    "an old name where the new one is wanted",
    `${mesos("1.11.0")}\nmasters: { flags: { «slave_ping_timeout: 2secs } }`,
    {
      path: "masters.flags.slave_ping_timeout",
      message: /the old name of agent_ping_timeout, and masters of 1\.11\.0 want agent_ping_timeout/,
      cure: /^write agent_ping_timeout; or both names/,
    },
  ],
  [
    "a new name where the old one is wanted",
    `${mesos("0.28.3")}\nflags: { «agent_ping_timeout: 2secs }`,
    {
      path: "flags.agent_ping_timeout",
      message: /the later name of slave_ping_timeout, and masters of 0\.28\.3 want slave_ping_timeout/,
      cure: /^write slave_ping_timeout; or both names/,
    },
  ],
  [
    "two names of one flag with two values",
    `${mesos("1.11.0")}\nflags: { slave_ping_timeout: «2secs, agent_ping_timeout: 3secs }`,
    {
      path: "flags.slave_ping_timeout",
      message: /two names of one flag, with two values/,
      cure: /same value/,
    },
  ],
];

const values: readonly Case[] = [
  [
    "a time without its unit",
    `${mesos("1.11.0")}\nflags: { zk_session_timeout: «2 }`,
    {
      path: "flags.zk_session_timeout",
      message: /"2" is no time as Mesos reads it: .*\(ns, us, ms, secs/,
      cure: /write zk_session_timeout: 2secs$/,
    },
  ],
  [
    "a time in another unit's name",
    `${mesos("1.11.0")}\nagents: [{ flags: { gc_delay: «2 hours } }]`,
    { path: "agents[0].flags.gc_delay", message: /"2 hours" is no time/, cure: /write gc_delay: 2hrs$/ },
  ],
  [
    "a size in small letters",
    `${mesos("1.11.0")}\nagents: [{ flags: { fetcher_cache_size: «2gb } }]`,
    {
      path: "agents[0].flags.fetcher_cache_size",
      message: /"2gb" is no size as Mesos reads it/,
      cure: /write fetcher_cache_size: 2GB$/,
    },
  ],
  [
    "half a size",
    `${mesos("1.11.0")}\nagents: [{ flags: { fetcher_cache_size: «1.5 GiB } }]`,
    {
      path: "agents[0].flags.fetcher_cache_size",
      message: /"1\.5 GiB"/,
      cure: /fetcher_cache_size: 1536MB$/,
    },
  ],
  [
    "a truth value in YAML's old words",
    `${mesos("1.11.0")}\nflags: { quiet: «no }`,
    { path: "flags.quiet", message: /"no" is neither true nor false/, cure: /write quiet: false$/ },
  ],
  [
    "half a number",
    `${mesos("1.11.0")}\nflags: { logbufsecs: «1.5 }`,
    { path: "flags.logbufsecs", message: /"1\.5" is no whole number/, cure: /write logbufsecs: 3$/ },
  ],
  [
    "a word for a number",
    `${mesos("1.11.0")}\nagents: [{ flags: { gc_disk_headroom: «much } }]`,
    {
      path: "agents[0].flags.gc_disk_headroom",
      message: /"much" is no number/,
      cure: /gc_disk_headroom: 0\.5/,
    },
  ],
  [
    "a number that YAML reads as another",
    `${mesos("1.11.0")}\nmasters: { flags: { weights: «1.10 } }`,
    {
      path: "masters.flags.weights",
      message: /1\.10 is a number, which YAML reads as 1\.1$/,
      cure: /weights: "1\.10"/,
    },
  ],
  [
    "JSON that ends too early",
    `${mesos("1.11.0")}\nflags: { acls: «'{"permissive": false' }`,
    {
      path: "flags.acls",
      message: /is neither JSON nor the path of a file with JSON/,
      cure: /write acls: '\{/,
    },
  ],
  [
    "the name of a local file where JSON or a path in the container is wanted",
    `${mesos("1.11.0")}\nflags: { acls: «acls.json }`,
    {
      path: "flags.acls",
      message: /"acls\.json" is neither/,
      cure: /acls: \{ file: acls\.json \} for a file of this/,
    },
  ],
  [
    "the name of a local file where a path in the container is wanted",
    `${mesos("0.20.1")}\nflags: { whitelist: «agents.txt }`,
    {
      path: "flags.whitelist",
      message: /no absolute path .* in the container/,
      cure: /\{ file: agents\.txt \}/,
    },
  ],
  [
    "a password where its file is wanted, which is not told",
    `${mesos("1.11.0")}\nmasters: { flags: { credentials: «hunter2 } }`,
    {
      path: "masters.flags.credentials",
      message: /^the value is no absolute path/,
      cure: /^write credentials: \{ file: PATH \}/,
    },
  ],
  [
    "a file for a flag that takes none",
    `${mesos("1.11.0")}\nflags: { logging_level: «{ file: level.txt } }`,
    { path: "flags.logging_level", message: /takes its value itself/, cure: /write the value/ },
  ],
  [
    "a secret for a flag that takes none",
    `${mesos("1.11.0")}\nmasters: { flags: { zk_session_timeout: «{ secret: { env: T } } } }`,
    {
      path: "masters.flags.zk_session_timeout",
      message: /takes its value itself/,
      cure: /zk_session_timeout: 10secs/,
    },
  ],
  [
    "a file and a secret at once",
    `${mesos("1.11.0")}\nflags: { acls: «{ file: a, secret: { env: A } } }`,
    { path: "flags.acls", message: /two values/, cure: /either file: PATH or secret/ },
  ],
  [
    "a list",
    `${mesos("1.11.0")}\nflags: { roles: «[a, b] }`,
    { path: "flags.roles", message: /a list stands here, but roles must be a value/, cure: /write roles:/ },
  ],
  [
    "nothing",
    `${mesos("1.11.0")}\nflags: { quiet: «~ }`,
    { path: "flags.quiet", message: /quiet is empty/, cure: /write quiet:/ },
  ],
  [
    "flags that are no mapping",
    `${mesos("1.11.0")}\nmasters: { flags: «[quiet] }`,
    {
      path: "masters.flags",
      message: /flags must be a mapping/,
      cure: /flags: \{ zk_session_timeout: 2secs \}/,
    },
  ],
  [
    "the strict registry, from 1.0 on",
    `${mesos("1.0.0")}\nmasters: { flags: { registry_strict: «true } }`,
    { path: "masters.flags.registry_strict", message: /makes masters of 1\.0\.0 exit/, cure: /take it out/ },
  ],
];

const together: readonly Case[] = [
  ...(
    [
      ["zk", "zk://x/y", /ZooKeeper servers/],
      ["quorum", "1", /masters: \{ count/],
      ["cluster", "mine", /write name:/],
      ["ip", "10.0.0.1", /an address of its own/],
      ["hostname", "me", /an address of its own/],
      ["work_dir", "/tmp", /a volume/],
      ["port", "1", /5050/],
      ["resources", '"cpus:1"', /resources: in the group below agents/],
      ["attributes", '"rack:a"', /attributes: in the group below agents/],
      ["master", "zk://x/y", /ZooKeeper servers/],
      ["advertise_ip", "10.0.0.1", /an address of its own/],
    ] as const
  ).map(([name, value, cure]): Case => [
    `--${name}, which the plan sets`,
    `${mesos("1.11.0")}\nflags: { «${name}: ${value} }`,
    { path: `flags.${name}`, message: /is set by mesos-matrix itself/, cure },
  ]),
  [
    "--version, after which Mesos exits",
    `${mesos("1.11.0")}\nflags: { «version: true }`,
    { path: "flags.version", message: /print something and exit/, cure: /a version stands below mesos/ },
  ],
  [
    "--help, after which Mesos exits",
    `${mesos("1.11.0")}\nagents: [{ flags: { «help: true } }]`,
    { path: "agents[0].flags.help", message: /print something and exit/, cure: /take it out/ },
  ],
  [
    "authentication of frameworks without credentials",
    `${mesos("0.28.3")}\nmasters: { flags: { «authenticate: true } }`,
    {
      path: "masters.flags.authenticate",
      message: /--authenticate needs --credentials/,
      cure: /add credentials:/,
    },
  ],
  [
    "authentication of HTTP frameworks without an authenticator",
    `${mesos("1.11.0")}\nflags: { «authenticate_http_frameworks: true, credentials: { file: c } }`,
    {
      path: "flags.authenticate_http_frameworks",
      message: /needs --http_framework_authenticators/,
      cure: /add http_framework_authenticators:/,
    },
  ],
  [
    "authentication of HTTP frameworks by passwords without credentials",
    `${mesos("1.11.0")}\nflags: { «authenticate_http_frameworks: true, http_framework_authenticators: basic }`,
    { path: "flags.authenticate_http_frameworks", message: /needs --credentials/, cure: /add credentials:/ },
  ],
  [
    "authenticated endpoints of agents without credentials",
    `${mesos("1.11.0")}\nagents: [{ flags: { «authenticate_http_readonly: true } }]`,
    {
      path: "agents[0].flags.authenticate_http_readonly",
      message: /needs --http_credentials/,
      cure: /add http_credentials:/,
    },
  ],
  [
    "authenticated executors without a key, under the key's name of that version",
    `${mesos("1.4.3")}\nagents: [{ flags: { «authenticate_http_executors: true } }]`,
    {
      path: "agents[0].flags.authenticate_http_executors",
      message: /needs --executor_secret_key/,
      cure: /add executor_secret_key:/,
    },
  ],
  [
    "modules beside a folder of modules",
    `${mesos("1.11.0")}\nmasters: { flags: { «modules: '{"libraries": []}', modules_dir: /modules } }`,
    { path: "masters.flags.modules", message: /cannot stand beside --modules_dir/, cure: /keep one/ },
  ],
  [
    "masters that demand a credential which a group of agents has not",
    `${mesos("1.11.0")}\nmasters: { flags: { «authenticate_agents: true, credentials: { file: c } } }\nagents: [{ flags: { credential: { file: c } } }, { count: 1 }]`,
    {
      path: "masters.flags.authenticate_agents",
      message: /lets no agent register that has no --credential, and agents\[1\] has none/,
      cure: /add credential:/,
    },
  ],
  [
    "a flag that a published image may lack",
    `mesos: { version: 1.11.0, image: mesosphere }\nagents: [{ flags: { «jwt_secret_key: { file: key } } }]`,
    {
      path: "agents[0].flags.jwt_secret_key",
      message:
        /only a Mesos configured with --enable-ssl has --jwt_secret_key; that of mesosphere may lack it/,
      cure: /image: \{ custom:/,
    },
  ],
  [
    "a flag that stands in the environment too",
    `${mesos("0.28.3")}\nmasters: { flags: { quiet: true }, env: { «MESOS_QUIET: "true" } }`,
    { path: "masters.env.MESOS_QUIET", message: /given by flags: too/, cure: /keep the one under flags/ },
  ],
  [
    "a flag whose other name stands in the environment",
    `${mesos("1.11.0")}\nflags: { agent_ping_timeout: 2secs }\nmasters: { env: { «MESOS_SLAVE_PING_TIMEOUT: 3secs } }`,
    {
      path: "masters.env.MESOS_SLAVE_PING_TIMEOUT",
      message: /given by flags: too/,
      cure: /keep the one under/,
    },
  ],
  [
    "a variable that is a flag which the plan sets",
    `${mesos("1.11.0")}\nagents: [{ env: { «MESOS_HOSTNAME: me } }]`,
    {
      path: "agents[0].env.MESOS_HOSTNAME",
      message: /which mesos-matrix itself sets/,
      cure: /an address of its own/,
    },
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
  describe(`flags in ${name} are refused, at the place and with a cure, for`, () => {
    for (const [title, keys, expected] of [...names, ...values, ...together]) {
      it(title, () => {
        assertRefused(read, wrap(keys), { ...expected, path: `${prefix}.${expected.path}` });
      });
    }
  });
}
