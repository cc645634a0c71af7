import { allRules, findRule } from "../../config/oracle/rules";
import { dangers, findDanger } from "../../mesos/dangers";
import { endpointGuard, everyEndpoint, type EndpointRow } from "../../mesos/endpoints";
import { loadBalancer, loadBalancers } from "../../mesos/load-balancers";
import { marathonKnownBad, marathonLibmesos, marathonLine, marathonLines } from "../../mesos/marathon";
import { mesosDnsKeys, mesosDnsRelease, mesosDnsReleases } from "../../mesos/mesos-dns";
import { metrics } from "../../mesos/metrics";
import { zookeeperLine, zookeeperLines, zookeeperPromise } from "../../mesos/zookeeper";
import { allVersions, inRange } from "../../mesos/versions";
import { rangeText } from "./ranges";
import type { Subject } from "./topic";

const says = {
  refuse: "refused: it is known not to work",
  warn: "warned of: it works badly, or not as it is written",
  unknown: "told as unknown: nobody has said that it works",
} as const;

/** Rules over a cluster, by id. */
export const ruleSubject: Subject = {
  kind: "rule",
  find(word) {
    const rule = findRule(word.toLowerCase());
    if (rule === undefined) return undefined;
    const { id, title, verdict, fact, source } = rule;
    return {
      kind: "rule",
      name: id,
      title,
      facts: [
        { label: "verdict", text: says[verdict] },
        { label: "fact", text: fact, source },
        { label: "overrule", text: `allow: [${id}]; every report says so` },
      ],
    };
  },
  names: () => allRules().map(({ id }) => id),
};

/** What must be confirmed before it is done to a running cluster, by id. */
export const dangerSubject: Subject = {
  kind: "danger",
  find(word) {
    const danger = findDanger(word.toLowerCase());
    if (danger === undefined) return undefined;
    const { id, title, fact, source } = danger;
    return {
      kind: "danger",
      name: id,
      title,
      facts: [
        { label: "fact", text: fact, source },
        { label: "confirm", text: `confirm: [${id}]` },
      ],
    };
  },
  names: () => dangers().map(({ id }) => id),
};

/** Paths of the HTTP API: `/state`, `/master/state.json`. */
export const endpointSubject: Subject = {
  kind: "endpoint",
  find(word) {
    if (!word.startsWith("/")) return undefined;
    const wanted = word.replace(/^\/(?:master|slave\(\d+\))(?=\/)/, "");
    const rows = everyEndpoint().filter(({ path }) => path === wanted);
    if (rows.length === 0) return undefined;
    return {
      kind: "endpoint",
      name: wanted,
      title: "a path of the HTTP API",
      facts: rows.flatMap(({ role, range, guard, source }) => [
        { label: role === "both" ? "both" : `${role}s`, text: rangeText([range]), source },
        {
          label: "closed by",
          text: guardText(guard, range),
          source: "apache/mesos docs/authentication.md",
        },
      ]),
    };
  },
  names: () => everyEndpoint().map(({ path }) => path),
};

/** The flags that close a path, in the order of the versions: `authenticate_http_readonly since 1.0.0-rc3`. */
function guardText(guard: EndpointRow["guard"], range: EndpointRow["range"]): string {
  const flags: [flag: string, first: string, last: string][] = [];
  for (const { tag } of allVersions().filter((version) => inRange(version.tag, range))) {
    const flag = endpointGuard(guard, tag);
    const open = flags.at(-1);
    if (flag === undefined) continue;
    if (open?.[0] === flag) open[2] = tag;
    else flags.push([flag, tag, tag]);
  }
  if (flags.length === 0) return "nothing: anybody may ask";
  return flags.map(([flag, first, last]) => `${flag} ${rangeText([[first, last]])}`).join(", ");
}

/** Keys of `/metrics/snapshot`. */
export const metricSubject: Subject = {
  kind: "metric",
  find(word) {
    const row = metrics().find(({ key }) => key === word);
    if (row === undefined) return undefined;
    const { key, range, use, source } = row;
    const facts = [
      { label: "there", text: rangeText([range]), source },
      { label: "means", text: use },
    ];
    return { kind: "metric", name: key, title: "a key of /metrics/snapshot", facts };
  },
  names: () => metrics().map(({ key }) => key),
};

/** Releases and release lines of Marathon. */
export const marathonSubject: Subject = {
  kind: "marathon",
  find(word) {
    const line = marathonLine(word);
    if (line === undefined) return undefined;
    const bad = marathonKnownBad(word);
    const libmesos = /^v?\d+\.\d+$/.test(word)
      ? line.libmesos.map(([since, version]) => `${version} from ${since} on`).join(", ")
      : marathonLibmesos(word);
    return {
      kind: "marathon",
      name: word.replace(/^v/, ""),
      title: `Marathon of the line ${line.line}`,
      facts: [
        { label: "libmesos", text: libmesos ?? "not known", source: line.source },
        { label: "wants", text: `Mesos ${line.recommended} or newer`, source: line.source },
        ...(line.minimum === undefined
          ? []
          : [
              { label: "needs", text: `Mesos ${line.minimum}; below, ${line.failsBy ?? "it does not work"}` },
            ]),
        ...(bad === undefined
          ? []
          : [{ label: "careful", text: `its image cannot start: ${bad.why}`, source: bad.source }]),
      ],
    };
  },
  names: () => marathonLines().map(({ line }) => line),
};

/** Tags of Mesos-DNS. */
export const mesosDnsSubject: Subject = {
  kind: "mesos-dns",
  find(word) {
    const release = mesosDnsRelease(word);
    if (release === undefined) return undefined;
    const old = release.statePath.endsWith(".json");
    return {
      kind: "mesos-dns",
      name: release.version,
      title: "a tag of Mesos-DNS",
      facts: [
        {
          label: "fetches",
          text: `${release.statePath}: Mesos ${old ? "up to 1.7.3" : "0.25.0 and newer"}`,
          source: release.source,
        },
        { label: "config", text: mesosDnsKeys(release.version).join(", "), source: release.source },
        {
          label: "careful",
          text: "any other key in its config is ignored without a word",
          source: release.source,
        },
      ],
    };
  },
  names: () => mesosDnsReleases().map(({ version }) => version),
};

/** Release lines of ZooKeeper. */
export const zookeeperSubject: Subject = {
  kind: "zookeeper",
  find(word) {
    const line = zookeeperLine(word.replace(/^v/, ""));
    if (line === undefined) return undefined;
    const { traits, minor, source } = line;
    return {
      kind: "zookeeper",
      name: word,
      title: `ZooKeeper of the line ${minor}`,
      facts: [
        {
          label: "servers",
          text: traits.dynamicConfig
            ? "in a file of their own, which can be changed while they run"
            : "in zoo.cfg, fixed while they run",
          source,
        },
        {
          label: "clients",
          text: `${traits.serves34 ? "covers" : "does not cover"} the 3.4 client in Mesos; ${zookeeperPromise.fact}`,
          source: zookeeperPromise.source,
        },
      ],
    };
  },
  names: zookeeperLines,
};

/** Programs between Marathon and HAProxy. */
export const loadBalancerSubject: Subject = {
  kind: "load-balancer",
  find(word) {
    const found = loadBalancer(word);
    if (found === undefined) return undefined;
    const { name, modes, marathonSince, staleSeconds, source } = found;
    return {
      kind: "load-balancer",
      name,
      title: "it turns Marathon's tasks into an HAProxy configuration",
      facts: [
        ...modes.map((mode) => ({
          label: mode,
          text:
            marathonSince[mode] === undefined ? "any Marathon" : `Marathon ${marathonSince[mode]} or newer`,
          source,
        })),
        ...(staleSeconds === undefined
          ? []
          : [{ label: "late", text: `up to ${staleSeconds} s behind`, source }]),
      ],
    };
  },
  names: () => loadBalancers().map(({ name }) => name),
};
