import { compareMarathon } from "./marathon-flags";

/** What differs on the wire between releases of Marathon, as far as the simulated one shows it. */

/** Whether it has `/v2/events`. Source: mesosphere/marathon src/main/scala/mesosphere/marathon/event/http/HttpEventStreamServlet.scala, which came with 0.9.0. */
export function hasEventStream(version: string): boolean {
  return since(version, "0.9.0-RC1");
}

/** Whether `?event_type=` filters the stream. Source: mesosphere/marathon changelog.md (1.3.7). */
export function filtersEvents(version: string): boolean {
  return since(version, "1.3.7");
}

/**
 * Whether a Marathon that does not lead sends clients of `/v2/events` to the leader; before, it passes the stream on.
 * Source: mesosphere/marathon src/main/scala/mesosphere/marathon/DeprecatedFeatures.scala (proxy_events, off from 1.7).
 */
export function redirectsEvents(version: string): boolean {
  return since(version, "1.7.149");
}

/** What a Marathon that knows no leader answers. Source: mesosphere/marathon src/main/scala/mesosphere/marathon/api/LeaderProxyFilter.scala at 1.6.590, 1.8.222. */
export function noLeaderStatus(version: string): number {
  return since(version, "1.7.0") ? 502 : 503;
}

/** Where in its ZooKeeper path candidates stand, and how their nodes begin. Source: mesosphere/marathon src/main/scala/mesosphere/marathon/MarathonConf.scala (leader_election_backend: curator from 1.2 on). */
export function candidatePrefix(version: string): string {
  return since(version, "1.2.0-RC1") ? "leader-curator/latch-" : "leader/member_";
}

/** How a task is called. Source: mesosphere/marathon src/main/scala/mesosphere/marathon/core/task/Task.scala at 1.4.13, 1.7.236, 1.8.222. */
export function taskIdForm(version: string): "plain" | "instance" {
  return since(version, "1.8.0") ? "instance" : "plain";
}

/** Whether apps say `portDefinitions`; before, `ports`. Source: mesosphere/marathon changelog.md (1.0). */
export function hasPortDefinitions(version: string): boolean {
  return since(version, "0.16.0-RC1");
}

/** Whether apps still say `ports`, which 1.5 no longer writes. Source: mesosphere/marathon src/main/scala/mesosphere/marathon/raml/AppConversion.scala. */
export function writesPorts(version: string): boolean {
  return !since(version, "1.5.0");
}

/** Whether apps have `networks`. Source: mesosphere/marathon docs/docs/networking.md, changelog.md (1.5.0). */
export function hasNetworks(version: string): boolean {
  return since(version, "1.5.0");
}

/** Whether `PUT /v2/apps/<id>?partialUpdate=false` replaces an app; before, it always adds to it. Source: mesosphere/marathon changelog.md (1.4.0). */
export function canReplaceApps(version: string): boolean {
  return since(version, "1.4.0");
}

/** Whether tasks say their Mesos state. Source: mesosphere/marathon src/main/scala/mesosphere/marathon/api/v2/json/Formats.scala (0.15.4, again 1.1.2). */
export function taskSaysState(version: string): boolean {
  return since(version, "1.1.2") || (since(version, "0.15.4") && !since(version, "1.0.0-RC1"));
}

/** Whether it ends with the codes of its documentation. Source: mesosphere/marathon src/main/scala/mesosphere/marathon/core/base/CrashStrategy.scala. */
function saysWhyItEnds(version: string): boolean {
  return since(version, "1.7.149") || (since(version, "1.6.549") && !since(version, "1.7.0"));
}

/** What it exits with when it loses leadership; releases without codes end themselves as a kill does. */
export function leadershipLossCode(version: string): number {
  return saysWhyItEnds(version) ? 103 : 137;
}

/** What it exits with when its framework was torn down. */
export function removedFrameworkCode(version: string): number {
  return saysWhyItEnds(version) ? 110 : 137;
}

/** What it exits with when it cannot listen at its address. */
export function bindingErrorCode(version: string): number {
  return saysWhyItEnds(version) ? 111 : 1;
}

/** What it exits with for a flag that it does not know. Source: as above, InvalidCommandLineFlag from 1.10.17 on. */
export function badFlagCode(version: string): number {
  return since(version, "1.10.17") ? 112 : 1;
}

function since(version: string, first: string): boolean {
  return compareMarathon(version, first) >= 0;
}
