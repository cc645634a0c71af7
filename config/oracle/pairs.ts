import { loadBalancer } from "../../mesos/load-balancers";
import { marathonKnownBad, marathonLibmesos, marathonLine, marathonLines } from "../../mesos/marathon";
import { mesosDnsRelease, mesosDnsReleases } from "../../mesos/mesos-dns";
import { servesEndpoint } from "../../mesos/endpoints";
import { atLeast, findVersion } from "../../mesos/versions";
import { masterInfoLabel, readableLabels } from "../../mesos/wire";
import { fromOneMaster } from "../../mesos/upgrades";
import type { RuleInfo } from "./rule";

/** What a rule says of two parts of a cluster. The functions here give none where nothing is against them. */
export interface PairFinding extends RuleInfo {
  readonly why: string;
  readonly cure: string;
}

const compatibility = "mesosphere/marathon docs/docs/mesos-compatibility.md";

const rules = {
  unknownRelease: info(
    "marathon-unknown",
    "nothing is known of this release of Marathon",
    "unknown",
    `the release lines known here are ${marathonLines()
      .map(({ line }) => line)
      .join(", ")}`,
    "mesosphere/marathon changelog.md",
  ),
  broken: info(
    "marathon-image-broken",
    "a published image of Marathon that cannot start",
    "refuse",
    "some published images of Marathon lack a library that their libmesos needs",
    "https://github.com/mesosphere/marathon/issues/6104",
  ),
  tooOld: info(
    "marathon-master-too-old",
    "Marathon declares a newer Mesos as its minimum",
    "refuse",
    "Marathon from 1.3 on declares the oldest master that it works with; from 1.4 on it reads the master's version and exits",
    `${compatibility}, src/main/scala/mesosphere/mesos/LibMesos.scala`,
  ),
  blind: info(
    "marathon-cannot-find-leader",
    "the libmesos in Marathon cannot read the leader's node",
    "refuse",
    "masters from 0.24 on write json.info_ nodes to ZooKeeper, and a libmesos before 0.23, as in Marathon up to 0.10, knows only info_",
    "apache/mesos src/master/detector.cpp, docs/upgrades.md",
  ),
  below: info(
    "marathon-below-recommended",
    "Marathon recommends a newer Mesos",
    "warn",
    "beside the minimum, Marathon's documentation recommends a newer Mesos for every release line",
    compatibility,
  ),
  untested: info(
    "marathon-untested",
    "nobody says that this Marathon works with a Mesos so much newer",
    "unknown",
    "Marathon declares no newest Mesos; Mesos promises that clients and masters of 1.x work together, and says nothing of a libmesos of 0.x with masters of 1.x",
    "apache/mesos docs/versioning.md",
  ),
  dns: info(
    "mesos-dns-no-state",
    "Mesos-DNS asks for a path that the masters do not serve",
    "refuse",
    "Mesos-DNS up to 0.6.0 fetches /master/state.json, which Mesos 1.8 removed; from 0.7.0-rc1 on it fetches /master/state, which came with Mesos 0.25",
    "mesosphere/mesos-dns records/generator.go, records/state/client/cli.go",
  ),
  dnsUnknown: info(
    "mesos-dns-unknown",
    "nothing is known of this release of Mesos-DNS",
    "unknown",
    `the tags known here are ${mesosDnsReleases()
      .map(({ version }) => version)
      .join(", ")}`,
    "https://github.com/mesosphere/mesos-dns/tags",
  ),
  stream: info(
    "load-balancer-no-events",
    "this Marathon has no event stream that the load balancer can follow",
    "refuse",
    "marathon-lb in sse mode follows Marathon's event stream, which came with Marathon 0.11",
    "mesosphere/marathon-lb README.md",
  ),
  growth: info(
    "masters-cannot-grow",
    "one master cannot become several while the cluster runs",
    "refuse",
    fromOneMaster.fact,
    fromOneMaster.source,
  ),
} as const;

/** The rules over two parts, for `explain` and `allow`. */
export const pairRules: readonly RuleInfo[] = Object.values(rules);

/** The rules over Marathon, Mesos-DNS and load balancers in one cluster. */
export const servicePairRules: readonly RuleInfo[] = pairRules.filter(({ id }) => id !== rules.growth.id);

/** What is known of a release of Marathon (`1.4.12`) at masters of a known version of Mesos. */
export function marathonMesos(marathon: string, mesos: string): PairFinding[] {
  const line = marathonLine(marathon);
  if (line === undefined) return [found(rules.unknownRelease, `Marathon ${marathon}`, "take a known line")];
  const why = `Marathon ${marathon} and masters of Mesos ${mesos}`;
  const bad = marathonKnownBad(marathon);
  const broken =
    bad === undefined
      ? []
      : [
          found(
            { ...rules.broken, source: bad.source },
            `Marathon ${marathon}: ${bad.why}`,
            `take another release of ${line.line}`,
          ),
        ];
  if (line.minimum !== undefined && isOlder(mesos, line.minimum)) {
    return [
      ...broken,
      found(rules.tooOld, why, `take Mesos ${line.minimum} or newer, or ${newestFor(mesos)}`),
    ];
  }
  const libmesos = marathonLibmesos(marathon) ?? line.libmesos[0]?.[1] ?? line.recommended;
  if (!readableLabels(libmesos).includes(masterInfoLabel(mesos))) {
    return [...broken, found(rules.blind, why, "take Mesos 0.23.1 or older, or Marathon 0.11 or newer")];
  }
  const below = isOlder(mesos, line.recommended)
    ? [found(rules.below, why, `take Mesos ${line.recommended} or newer, or ${newestFor(mesos)}`)]
    : [];
  const beyond = !atLeast(libmesos, "1.0.0") && atLeast(mesos, "1.0.0-rc1");
  const untested = beyond
    ? [found(rules.untested, why, "take Marathon 1.3 or newer, or Mesos 0.28.3 or older")]
    : [];
  return [...broken, ...below, ...untested];
}

/** What is known of a tag of Mesos-DNS (`0.6.0`) at masters of a known version of Mesos. */
export function mesosDnsMesos(mesosDns: string, mesos: string): PairFinding[] {
  const release = mesosDnsRelease(mesosDns);
  if (release === undefined) {
    return [
      found(rules.dnsUnknown, `Mesos-DNS ${mesosDns}`, "take 0.6.0, or 0.7.0-rc2 for Mesos 1.8 and newer"),
    ];
  }
  const path = release.statePath.slice("/master".length);
  if (servesEndpoint("master", mesos, path)) return [];
  const why = `Mesos-DNS ${mesosDns} fetches ${release.statePath}, and masters of Mesos ${mesos} do not serve it`;
  const cure =
    release.statePath === "/master/state"
      ? "take Mesos-DNS 0.6.0, or Mesos 0.25.0 or newer"
      : "take Mesos-DNS 0.7.0-rc2, or Mesos 1.7.3 or older";
  return [found(rules.dns, why, cure)];
}

/** What is known of a load balancer, in a mode, at a release of Marathon. */
export function loadBalancerMarathon(name: string, mode: "events" | "poll", marathon: string): PairFinding[] {
  const since = loadBalancer(name)?.marathonSince[mode];
  const line = marathonLine(marathon)?.line;
  if (since === undefined || line === undefined) return [];
  const order = marathonLines().map((row) => row.line);
  if (order.indexOf(line) >= order.indexOf(since)) return [];
  const why = `${name} by events and Marathon ${marathon}`;
  return [found(rules.stream, why, `take Marathon ${since} or newer, or poll`)];
}

/** Whether a running cluster can go from one number of masters to another. */
export function mastersChange(from: number, to: number): PairFinding[] {
  if (from !== 1 || to <= 1) return [];
  return [found(rules.growth, `${from} master and then ${to}`, `make a new cluster of ${to} masters`)];
}

/** Whether a known version is older than a release; a candidate for it counts as the release, whose code it mostly is. */
function isOlder(version: string, release: string): boolean {
  const candidate = `${release}-rc1`;
  return !atLeast(version, findVersion(candidate) === undefined ? release : candidate);
}

/** The newest line of Marathon whose wants a version of Mesos meets, as a cure. */
function newestFor(mesos: string): string {
  const line = marathonLines().findLast(
    ({ minimum, recommended, libmesos }) =>
      !isOlder(mesos, minimum ?? recommended) &&
      readableLabels(libmesos.at(-1)?.[1] ?? recommended).includes(masterInfoLabel(mesos)),
  );
  return line === undefined ? "a Marathon older than 0.8" : `Marathon ${line.line}`;
}

function info(
  id: string,
  title: string,
  verdict: RuleInfo["verdict"],
  fact: string,
  source: string,
): RuleInfo {
  return { id, title, verdict, fact, source };
}

function found(rule: RuleInfo, why: string, cure: string): PairFinding {
  return { ...rule, why, cure };
}
