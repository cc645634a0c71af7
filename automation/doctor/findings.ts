import { gte, satisfies, valid } from "semver";
import { engineApiMinimum, hostNeeds } from "../../mesos/host-needs";
import type { Machine } from "./machine";

/** `block`: no cluster starts; `warn`: some do not, or work badly; `ok`: looked at, and good. */
export type Level = "ok" | "warn" | "block";

export interface Finding {
  /** What was looked at: stable, for programs. */
  readonly check: string;
  readonly level: Level;
  readonly what: string;
  /** Why it matters, and for which versions; empty where it is good. */
  readonly why: string;
  /** One command that mends it; empty where it is good or no command can. */
  readonly mend: string;
}

const GIB = 2 ** 30;
const oldestNode = "22.12.0";
const oldestPulumi = "3.200.0";
const wantedPlugins: Readonly<Record<string, string>> = { docker: "5.2.0", command: "1.2.1" };
const setUp = "node toolchain/setup.js";

/** What is good and what is not about a machine, in the order in which it would be met. */
export function judgeMachine(machine: Machine): Finding[] {
  return [
    node(machine),
    ...pulumi(machine),
    ...dockerFindings(machine),
    ...machine.disks.map(disk),
    memory(machine),
    ...limits(machine),
    machine.ssh
      ? good("ssh", "an ssh client is there")
      : warn(
          "ssh",
          "there is no ssh client",
          "target: ssh and gcp reach their hosts by it",
          "apt-get install openssh-client",
        ),
  ];
}

function node({ node: version }: Machine): Finding {
  if (gte(version, oldestNode)) return good("node", `Node ${version}`);
  const why = `packages that are ES modules only are loaded by require, which Node can from ${oldestNode} on`;
  return block("node", `Node ${version} is too old`, why, setUp);
}

function pulumi({ pulumi: version, plugins, fetchesPlugins }: Machine): Finding[] {
  if (version === undefined) {
    return [block("pulumi", "there is no Pulumi CLI", "every cluster is a Pulumi stack", setUp)];
  }
  const old = valid(version) !== null && !gte(version, oldestPulumi);
  return [
    old
      ? block(
          "pulumi",
          `the Pulumi CLI ${version} is too old`,
          `${oldestPulumi} or newer runs our programs`,
          setUp,
        )
      : good("pulumi", `Pulumi CLI ${version}`),
    ...Object.entries(wantedPlugins).map(([name, wanted]): Finding => {
      const check = `plugin-${name}`;
      if (plugins[name]?.includes(wanted) === true) return good(check, `plugin ${name} ${wanted}`);
      const other =
        plugins[name] === undefined ? "is not there" : `is there as ${plugins[name].join(", ")} only`;
      const what = `the plugin ${name} ${wanted} ${other}`;
      const mend = `pulumi plugin install resource ${name} ${wanted}`;
      return fetchesPlugins
        ? warn(check, what, "Pulumi fetches it at the first up, where it reaches the internet", mend)
        : block(
            check,
            what,
            "it makes the containers, and Pulumi was told to fetch nothing by itself",
            setUp,
          );
    }),
  ];
}

function dockerFindings(machine: Machine): Finding[] {
  const { client, engine, noEngine, platform } = machine;
  if (client === undefined) {
    return [
      block("docker-client", "there is no docker client on PATH", "every engine is asked through it", setUp),
    ];
  }
  const clientIsThere = good("docker-client", `docker client ${client}`);
  if (engine === undefined) {
    const mend = platform === "darwin" ? "open -a Docker" : setUp;
    return [
      clientIsThere,
      block("docker-engine", `no Docker engine answers: ${noEngine ?? ""}`, "clusters run on it", mend),
    ];
  }
  return [
    clientIsThere,
    engine.os === "linux"
      ? good(
          "docker-engine",
          `Docker Engine ${engine.version}, API ${engine.oldestApi ?? "?"} to ${engine.api}, ${engine.storage}`,
        )
      : block(
          "docker-engine",
          `the Docker engine runs ${engine.os} containers`,
          "Mesos masters and agents run on Linux",
          "docker context ls   # choose an engine of Linux with: docker context use NAME",
        ),
    oldImages(engine.version),
    oldClients(engine.version),
    cgroup(engine.cgroup),
    /^(?:x86_64|amd64)$/.test(engine.architecture)
      ? good("architecture", engine.architecture)
      : warn(
          "architecture",
          `the engine's machine is ${engine.architecture}`,
          "the images of mesosphere, redjack and mesos of every version are for x86_64; the simulator runs on any",
          "docker run --privileged --rm tonistiigi/binfmt --install amd64",
        ),
    engine.forwarding
      ? good("ip-forwarding", "containers reach other networks")
      : warn(
          "ip-forwarding",
          "IPv4 forwarding is off",
          "containers reach nothing outside, and published ports may not answer",
          "sysctl -w net.ipv4.ip_forward=1",
        ),
    ...(engine.rootless || platform !== "linux"
      ? [
          warn(
            "container-addresses",
            engine.rootless
              ? "the Docker engine is rootless"
              : "the containers are in a machine of their own",
            "this machine does not reach their addresses: tests get published ports, and frameworks on libmesos cannot register",
            "",
          ),
        ]
      : []),
  ];
}

function oldImages(version: string): Finding {
  const major = Number(version.split(".")[0]);
  const check = "schema-1-images";
  if (!(major >= 26)) return good(check, "the engine pulls images of every age");
  const gone = !satisfies(versionOf(version), "<28.2.0");
  return warn(
    check,
    `Docker Engine ${version} ${gone ? "pulls no images of before 2016" : "pulls images of before 2016 only when told to"}`,
    `concerns mesosphere's images up to 0.26 and redjack's: ${hostNeeds.schema1.fact}`,
    gone
      ? "skopeo copy --format v2s2 docker://SOURCE docker://YOUR-REGISTRY/mesos:TAG   # then image: custom"
      : "systemctl edit docker   # Environment=DOCKER_ENABLE_DEPRECATED_PULL_SCHEMA_1_IMAGE=1, then systemctl restart docker",
  );
}

function oldClients(version: string): Finding {
  const check = "docker-api";
  const minimum = engineApiMinimum(version);
  if (minimum === undefined || Number(version.split(".")[0]) < 29) {
    return good(check, "the docker clients in old images of Mesos can speak to the engine");
  }
  return warn(
    check,
    `Docker Engine ${version} speaks API ${minimum} and newer only`,
    `concerns Docker tasks of agents whose image has a client of 17.05 or older, as images of Mesos up to 1.2 do: ${hostNeeds.dockerApi.fact}`,
    'echo \'{"min-api-version": "1.24"}\' > /etc/docker/daemon.json   # then restart the engine',
  );
}

function cgroup(version: "v1" | "v2" | undefined): Finding {
  if (version !== "v2") return good("cgroup", `cgroup ${version ?? "of an unknown version"}`);
  return warn(
    "cgroup",
    "the engine's machine has cgroup v2",
    "concerns agents with the docker containerizer (every version), and cgroups/* and namespaces/* isolation up to 1.11; masters and agents as mesos-matrix starts them work",
    'grubby --update-kernel=ALL --args="systemd.unified_cgroup_hierarchy=0"   # then boot again',
  );
}

function disk({ what, folder, free }: Machine["disks"][number]): Finding {
  const check = `disk-${what.split(" ").at(-1) ?? ""}`;
  const said = `${(free / GIB).toFixed(1)} GiB are free for ${what} (${folder})`;
  const mend =
    what === "Docker's data" ? "docker system prune" : `du -xh --max-depth=2 ${folder} | sort -h | tail`;
  if (free < 0.5 * GIB) return block(check, said, "images and logs of one cluster need more", mend);
  return free < 4 * GIB
    ? warn(
        check,
        said,
        "several clusters of different versions need about 4 GiB: an image for each version",
        mend,
      )
    : good(check, said);
}

function memory({ memory: bytes }: Machine): Finding {
  const said = `${(bytes / GIB).toFixed(1)} GiB of memory are free`;
  const why =
    "the smallest cluster takes 1.1 GiB while it is made, each further one as much at the same time";
  if (bytes < 0.7 * GIB) return block("memory", said, why, "docker ps   # stop what is not needed");
  return bytes < 2 * GIB
    ? warn("memory", said, why, "docker ps   # stop what is not needed")
    : good("memory", said);
}

/** Enough for some ten clusters at once. */
const wantedLimits: Readonly<Record<string, readonly [least: number, why: string]>> = {
  "fs.inotify.max_user_instances": [
    256,
    "engines, plugins and JVMs take one each; ten clusters come close to 128",
  ],
  "fs.inotify.max_user_watches": [16384, "engines and editors share them with every container"],
  "net.ipv4.neigh.default.gc_thresh3": [
    1024,
    "each container takes an entry: more containers do not reach each other",
  ],
  "kernel.pid_max": [32768, "each JVM takes about 40, each task some"],
};

function limits({ limits: found, openFiles }: Machine): Finding[] {
  const kernel = Object.entries(wantedLimits).flatMap(([name, [least, why]]): Finding[] => {
    const value = found[name];
    if (value === undefined) return [];
    return [
      value >= least
        ? good(name, `${name} is ${value}`)
        : warn(name, `${name} is ${value}, less than ${least}`, why, `sysctl -w ${name}=${least}`),
    ];
  });
  if (openFiles === undefined) return kernel;
  const files =
    openFiles >= 1024
      ? good("open-files", `${openFiles} open files for each process`)
      : warn(
          "open-files",
          `${openFiles} open files for each process`,
          "a run of many cells holds more",
          "ulimit -n 4096",
        );
  return [...kernel, files];
}

/** `20.10.24+dfsg1` and `28.2` as semver has them. */
function versionOf(text: string): string {
  const [, major = "0", minor = "0", patch = "0"] = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(text) ?? [];
  return `${major}.${minor}.${patch}`;
}

function good(check: string, what: string): Finding {
  return { check, level: "ok", what, why: "", mend: "" };
}

function warn(check: string, what: string, why: string, mend: string): Finding {
  return { check, level: "warn", what, why, mend };
}

function block(check: string, what: string, why: string, mend: string): Finding {
  return { check, level: "block", what, why, mend };
}
