import { mesosDnsReleases } from "../mesos/mesos-dns";
import type { Rule } from "./fault";
import { notOneOf } from "./rules";
import { show } from "./wording";

const MOST_MARATHONS = 9;

/** Releases and candidates as Marathon writes them: `1.8.222`, `0.8.1.1`, `1.4.0-RC8`. Whether its line is known is a rule of its own. */
export const marathonVersionRule: Rule<string> = (version) => {
  if (/^\d{1,2}\.\d{1,3}\.\d{1,4}(?:\.\d{1,2})?(?:-RC\d{1,2})?$/.test(version)) return undefined;
  const meant = version.replace(/^v/, "").replace(/-rc/i, "-RC");
  return {
    message: `${show(version)} is not how Marathon writes its versions: three numbers, then -RC1, -RC2, ... for a candidate`,
    cure:
      meant !== version && marathonVersionRule(meant) === undefined
        ? `write "${meant}"`
        : 'write it like "1.8.222"',
  };
};

/** Any number is right: ZooKeeper elects one, and the others stand by. */
export const marathonCountRule: Rule<number> = (count) => {
  if (count >= 1 && count <= MOST_MARATHONS) return undefined;
  return count < 1
    ? { message: `${count} Marathons start no application`, cure: "write 1 or more, or take marathon out" }
    : {
        message: `${count} Marathons are more than ${MOST_MARATHONS}: one leads, and the others only wait for its end`,
        cure: `write ${MOST_MARATHONS} or less`,
      };
};

export const marathonImageRule: Rule<string> = (name) =>
  imageName(name, ["simulator", "mesosphere"], "my/marathon");

export const mesosDnsVersionRule: Rule<string> = (version) => {
  if (/^\d{1,2}\.\d{1,2}\.\d{1,2}(?:-rc\d{1,2})?$/.test(version)) return undefined;
  const tags = mesosDnsReleases().map((release) => release.version);
  return notOneOf(version.replace(/^v/, ""), tags, "a version of Mesos-DNS");
};

export const mesosDnsImageRule: Rule<string> = (name) =>
  imageName(name, ["go", "mesosphere"], "my/mesos-dns");

/** The domain under which Mesos-DNS answers. */
export const domainRule: Rule<string> = (domain) => {
  const label = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
  if (domain.length <= 100 && new RegExp(`^${label}(?:\\.${label})*$`).test(domain)) return undefined;
  return {
    message: `${show(domain)} is no domain: words of a-z, 0-9 and hyphens, joined by dots`,
    cure: "write it like mesos",
  };
};

export const loadBalancerVersionRule: Rule<string> = (version) =>
  /^\d{1,2}\.\d{1,3}(?:\.\d{1,3})?$/.test(version)
    ? undefined
    : {
        message: `${show(version)} is no version of HAProxy or of marathon-lb`,
        cure: 'write it like "2.6" for haproxy or "1.15.0" for marathon-lb',
      };

export const loadBalancerImageRule: Rule<string> = (name) =>
  imageName(name, ["haproxy", "marathon-lb"], "my/marathon-lb");

export const loadBalancerModeRule: Rule<string> = (mode) =>
  mode === "events" || mode === "poll"
    ? undefined
    : notOneOf(mode, ["events", "poll"], "a way to hear of changes");

/** A value of the label HAPROXY_GROUP; `*` stands for every app. */
export const groupNameRule: Rule<string> = (group) =>
  /^(?:\*|[\w.-]{1,100})$/.test(group)
    ? undefined
    : {
        message: `${show(group)} is no value of the label HAPROXY_GROUP: letters, digits, _ . and -`,
        cure: "write external, or the group that your apps name",
      };

function imageName(name: string, names: readonly string[], example: string): ReturnType<Rule<string>> {
  if (names.includes(name)) return undefined;
  if (/[/:]/.test(name) || name === "custom") {
    return {
      message: `${show(name)} is no image source: an image of your own needs its repository`,
      cure: `write image: { custom: { repository: ${example}, tag: "{version}" } }`,
    };
  }
  return notOneOf(name, [...names, "custom"], "an image source");
}
