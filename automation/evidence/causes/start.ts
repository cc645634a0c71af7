import { isDown, type Evidence, type NodeEvidence } from "../evidence";
import { firstLine, firstMatch, ofVersion, type Cause } from "./cause";

/** What keeps one process from starting. Messages are those of Mesos, of all versions, unless another source is named. */
export const startCauses: readonly Cause[] = [
  {
    id: "unknown-flag",
    title: "a flag that this version does not have",
    source: "apache/mesos 3rdparty/stout/include/stout/flags/flags.hpp",
    find: ({ nodes }) => {
      const found = firstLine(nodes, /Failed to load unknown flag '([^']+)'/);
      if (found === undefined) return undefined;
      const { node, match } = found;
      return `${node.plan.key} exits because the ${node.plan.role}${ofVersion(node)} has no flag --${match[1] ?? ""}; take it out for this version`;
    },
  },
  {
    id: "env-version",
    title: "MESOS_VERSION or MESOS_HELP in the environment",
    source:
      "apache/mesos 3rdparty/stout/include/stout/flags/parse.hpp: version and help are flags of type bool",
    find: ({ nodes }) => {
      const found = firstLine(nodes, /Failed to load flag '(version|help)'/);
      if (found === undefined) return undefined;
      const variable = `MESOS_${(found.match[1] ?? "").toUpperCase()}`;
      return `${found.node.plan.key} exits because ${variable} is in its environment, which Mesos reads as its own flag of that name; name the variable otherwise, in the image too`;
    },
  },
  {
    id: "flag-value",
    title: "a flag's value that cannot be read",
    source: "apache/mesos 3rdparty/stout/include/stout/flags/flags.hpp",
    find: ({ nodes }) => {
      const found = firstLine(nodes, /Failed to load (?:non-boolean |boolean )?flag '([^']+)'/);
      if (found === undefined) return undefined;
      return `${found.node.plan.key} exits because it cannot read the value of its flag --${found.match[1] ?? ""}, from its command line or environment; correct the value`;
    },
  },
  {
    id: "port-taken",
    title: "a port that another process has",
    source: "libprocess process.cpp; docker: 'port is already allocated'",
    find: ({ nodes, up }) => {
      const found = firstLine(nodes.filter(hadTrouble), /address already in use|EADDRINUSE/i);
      const said = up.kind === "ready" ? "" : up.message;
      const port = /(?:bind for|listen tcp4?) [^\s]*?:(\d+)/i.exec(said)?.[1];
      if (found !== undefined) {
        return `${found.node.plan.key} cannot listen because another process has its port${portOf(found.node)}; end that one, or give this one another port`;
      }
      if (!/port is already allocated|address already in use/i.test(said)) return undefined;
      return `the port${port === undefined ? "" : ` ${port}`} that a container is to be published at belongs to another process of this machine; end that one`;
    },
  },
  {
    id: "no-docker-cli",
    title: "the Docker containerizer without a docker program in the image",
    source: "apache/mesos src/docker/docker.cpp, src/slave/containerizer/docker.cpp",
    find: ({ nodes }) => {
      const agents = nodes.filter(({ plan }) => plan.role === "agent");
      const found = firstLine(
        agents,
        /(?:Failed to (?:create docker|get docker version|validate docker)|Timed out getting docker version)(.*)/i,
      );
      if (found === undefined) return undefined;
      const { node, match } = found;
      if (/cgroup/i.test(match[1] ?? "")) {
        return `${node.plan.key} exits because its Docker containerizer finds no cgroup v1 hierarchy for cpu on this host; take docker out of containerizers, or use a host with cgroup v1`;
      }
      return `${node.plan.key} exits because its Docker containerizer finds no docker program that it can use in the image; use an image with a docker client, or take docker out of containerizers`;
    },
  },
  {
    id: "work-dir",
    title: "an agent that refuses the work_dir of an earlier life",
    source: "apache/mesos src/slave/slave.cpp, src/slave/compatibility.cpp",
    find: ({ nodes }) => {
      const found = firstLine(nodes, /Incompatible (?:agent|slave) info detected/);
      if (found === undefined) return undefined;
      const { node } = found;
      const what = firstLine([node], /^(hostname|port|attributes|resources|domain) changed/)?.match[1];
      return `${node.plan.key} refuses its work_dir, which belongs to an agent with other ${what ?? "resources or attributes"}; give it a fresh work_dir (mesos-matrix down, then up), or what it had before`;
    },
  },
  {
    id: "disk-full",
    title: "no space left on a disk",
    source: "errno ENOSPC",
    find: ({ nodes, test }) => {
      const full = /No space left on device|ENOSPC/i;
      const found = firstLine(nodes, full);
      if (found !== undefined) {
        return `the disk of ${found.node.plan.key} is full: no space left on device; free some (docker system df shows what the engine holds)`;
      }
      return test?.lines.some(({ text }) => full.test(text)) === true
        ? "the disk that the test writes to is full: no space left on device; free some"
        : undefined;
    },
  },
  {
    id: "hostname",
    title: "a host name that does not resolve",
    source: "apache/mesos src/master/master.cpp, src/slave/slave.cpp; getaddrinfo",
    find: ({ nodes, test }) => {
      const found = firstLine(
        nodes.filter(hadTrouble),
        /Failed to (?:get|obtain|resolve) (?:the )?hostname/i,
      );
      if (found !== undefined) {
        return `${found.node.plan.key} exits because it cannot look up its own host name; set the flag hostname, or hostname_lookup: false from 0.25 on`;
      }
      const name = firstMatch(
        test?.lines ?? [],
        /(?:ENOTFOUND|EAI_AGAIN|Could not resolve host:?|UnknownHostException:?|unknown host|lookup) (\S+)|(?:Name or service not known|nodename nor servname|Temporary failure in name resolution|no such host)/i,
      );
      if (name === undefined) return undefined;
      const host = name[1]?.replace(/[:,;'")]+$/, "");
      return `the test cannot resolve the host name${host === undefined ? "" : ` ${host}`}; use the addresses in MESOS_MATRIX_*, or give the name to this machine's resolver`;
    },
  },
  {
    id: "no-program",
    title: "an image without the program that is to run",
    source: "docker: exit codes 126 and 127, 'executable file not found'",
    find: ({ nodes, up }) => {
      const lacking = nodes.find(
        ({ fate }) =>
          fate !== undefined &&
          /executable file not found|no such file or directory: unknown|permission denied: unknown/i.test(
            fate.error,
          ),
      );
      if (lacking !== undefined) {
        return `the image of ${lacking.plan.key} has no program ${lacking.plan.entrypoint[0] ?? "to start"}; use an image that holds Mesos`;
      }
      if (up.kind === "ready" || !/executable file not found/i.test(up.message)) return undefined;
      return `an image has no program ${/"([^"]+)": executable file not found/.exec(up.message)?.[1] ?? "to start"}; use one that holds Mesos`;
    },
  },
];

/** What ends a process that had started, told from its end alone: these rows come after all that know a reason. */
export const endCauses: readonly Cause[] = [
  {
    id: "killed",
    title: "exit code 137: the process was killed",
    source: "docker: 128 + SIGKILL; OOMKilled in docker inspect, oom among the engine's events",
    find: (evidence) => {
      const died = evidence.engine.find(({ action, exitCode }) => action === "die" && exitCode === 137)?.node;
      const node = evidence.nodes.find(({ plan, fate }) => plan.key === died || fate?.exitCode === 137);
      if (node === undefined) return undefined;
      const { key } = node.plan;
      const oom =
        node.fate?.outOfMemory === true ||
        evidence.engine.some((event) => event.node === key && event.action === "oom");
      return oom
        ? `${key} ran out of memory and was killed (exit code 137); give it or the machine more, or run fewer cells at once`
        : `${key} was killed from outside (exit code 137, SIGKILL)${during(evidence, key)}; look for who did it: the test, the kernel for want of memory, somebody at the engine`;
    },
  },
  {
    id: "exits-at-once",
    title: "a container that exits as soon as it starts",
    source: "docker: exit code and restart count",
    find: ({ nodes, engine }) => {
      const found = nodes.find(
        (node) =>
          node.fate !== undefined && (isDown(node) || node.fate.restarts >= 2) && livedShortly(node, engine),
      );
      if (found?.fate === undefined) return undefined;
      const last = found.log.at(-1)?.text;
      const said = last === undefined ? "without a word" : `its last line: ${last.slice(0, 200)}`;
      return `the container ${found.plan.name} exits as soon as it starts, with code ${lastExit(found.plan.key, engine) ?? found.fate.exitCode}, ${said}; run its image by hand (docker logs ${found.plan.name})`;
    },
  },
  {
    id: "node-died",
    title: "a process that ended while it was needed",
    source: "docker: exit code",
    find: (evidence) => {
      const died = evidence.engine.find(
        ({ action, exitCode, node, at }) =>
          action === "die" &&
          exitCode !== 0 &&
          evidence.nodes.some(({ plan }) => plan.key === node) &&
          // A master that comes back while a cluster is made is nothing unusual.
          (evidence.test === undefined || at >= evidence.test.started),
      );
      if (died === undefined) return undefined;
      return `${died.node} ended with exit code ${died.exitCode ?? "?"}${during(evidence, died.node)}; its log says more`;
    },
  },
];

/** Seconds: whoever lived longer did not exit at once. */
const shortLife = 5;

/**
 * The engine knows exactly how long the last life was; its events tell of the others, but of a very short life it may
 * tell the end before the start.
 */
function livedShortly({ plan, fate }: NodeEvidence, engine: Evidence["engine"]): boolean {
  return fate?.lived === undefined ? shortLives(plan.key, engine) : fate.lived < shortLife;
}

/** Exit code of the end that the engine told last: of a container that was just started again `docker inspect` says 0. */
function lastExit(key: string, engine: Evidence["engine"]): number | undefined {
  return engine.findLast(({ node, action }) => node === key && action === "die")?.exitCode;
}

function shortLives(key: string, engine: Evidence["engine"]): boolean {
  const own = engine.filter(({ node, action }) => node === key && (action === "start" || action === "die"));
  const lives = own.flatMap((event, i) => {
    const started = own[i - 1];
    if (event.action !== "die" || started?.action !== "start") return [];
    return [(Date.parse(event.at) - Date.parse(started.at)) / 1000];
  });
  return lives.length > 0 && lives.every((seconds) => seconds < shortLife);
}

function during({ test, engine }: Evidence, key: string): string {
  const at = engine.find(({ node, action }) => node === key && action === "die")?.at;
  return test !== undefined && at !== undefined && at >= test.started && at <= test.ended
    ? " while the test ran"
    : "";
}

function hadTrouble(node: NodeEvidence): boolean {
  return isDown(node) || (node.fate?.restarts ?? 0) > 0;
}

function portOf({ plan, log }: NodeEvidence): string {
  const said = firstMatch(log, /(?:EADDRINUSE|already in use)[^\n]*?:(\d+)\b/i)?.[1];
  const port = said ?? plan.listen[0];
  return port === undefined ? "" : ` ${port}`;
}
