import {
  mesosDnsIpSources,
  mesosDnsKeys,
  mesosDnsKeyType,
  mesosDnsRelease,
  type MesosDnsKeyType,
} from "../mesos/mesos-dns";
import type { Fault, Finding } from "./fault";
import { nearest } from "./nearest";
import { isMapping, valueAt } from "./view";
import type { View } from "./view";
import { oneOf, show } from "./wording";

/** Keys that say where the cluster is, and why nobody else may say it. */
const RESERVED: Readonly<Record<string, string>> = {
  zk: "the cluster's ZooKeeper",
  masters: "the cluster's masters",
  domain: "mesosDns.domain",
  port: "the port of the plan",
  httpport: "the port of the plan",
  listener: "the container's address",
  httpListener: "the container's address",
  dnson: "readiness, which asks over DNS",
  httpon: "readiness, which asks over HTTP",
};

const WANTED: Readonly<Record<MesosDnsKeyType, string>> = {
  text: "text",
  number: "a whole number of 0 or more",
  flag: "true or false",
  list: "a list of text",
  mapping: "a mapping",
};

/** Of 0, a release would end (a ticker of no time) or answer nothing. */
const AT_LEAST_ONE = ["refreshSeconds", "timeout", "stateTimeoutSeconds"];

/**
 * What is wrong with `mesosDns.config` of a cluster as a user wrote it, for its version: Mesos-DNS itself ignores
 * every key that it does not know. Paths are the document's.
 */
export function mesosDnsFaults(view: View): Fault[] {
  const dns = valueAt(view.value, ["mesosDns"]);
  const version = isMapping(dns) ? dns.version : dns;
  if (typeof version !== "string" || mesosDnsRelease(version) === undefined) return [];
  const config = isMapping(dns) && isMapping(dns.config) ? dns.config : {};
  const faults = Object.entries(config).flatMap(([key, value]): Fault[] => {
    const path = view.toDocument(["mesosDns", "config", key]);
    const name = nameFinding(version, key);
    if (name !== undefined) return [{ path, at: "key", ...name }];
    const finding = valueFinding(version, key, value);
    return finding === undefined ? [] : [{ path, at: "value", ...finding }];
  });
  return [...faults, ...resolverFaults(view, version, config)];
}

function nameFinding(version: string, key: string): Finding | undefined {
  if (mesosDnsKeyType(version, key) === undefined) {
    const known = mesosDnsKeys(version);
    const near = nearest(key, known) ?? known.find((name) => name.toLowerCase() === key.toLowerCase());
    return {
      message: `Mesos-DNS ${version} reads no key ${show(key)}, and would ignore it without a word`,
      cure: near === undefined ? `its keys are ${oneOf(known)}` : `did you mean ${near}?`,
    };
  }
  const owner = RESERVED[key];
  if (owner !== undefined) return { message: `${key} is set from ${owner}`, cure: "take it out" };
  if (key !== "mesosCredentials") return undefined;
  return {
    message: "mesosCredentials holds a secret, and the config of Mesos-DNS is no secret file",
    cure: "leave the masters' state readable, or use an image of your own that has them",
  };
}

function valueFinding(version: string, key: string, value: unknown): Finding | undefined {
  const type = mesosDnsKeyType(version, key) ?? "text";
  const example = AT_LEAST_ONE.includes(key) ? "1" : "what its documentation says";
  if (!isOfType(value, type)) {
    return { message: `${show(value)} stands here, but ${key} is ${WANTED[type]}`, cure: `write ${example}` };
  }
  if (AT_LEAST_ONE.includes(key) && value === 0) {
    return { message: `${key} must be at least 1 second`, cure: "write 1" };
  }
  if (key === "IPSources") return ipSourcesFinding(value as string[]);
  return key === "resolvers" ? resolversFinding(value as string[]) : undefined;
}

function isOfType(value: unknown, type: MesosDnsKeyType): boolean {
  switch (type) {
    case "text":
      return typeof value === "string";
    case "number":
      return Number.isInteger(value) && (value as number) >= 0;
    case "flag":
      return typeof value === "boolean";
    case "list":
      return Array.isArray(value) && value.every((item) => typeof item === "string");
    case "mapping":
      return isMapping(value);
  }
}

function ipSourcesFinding(sources: readonly string[]): Finding | undefined {
  const wrong = sources.find((name) => !(mesosDnsIpSources as readonly string[]).includes(name));
  if (wrong === undefined && sources.length > 0 && new Set(sources).size === sources.length) return undefined;
  return {
    message:
      wrong === undefined
        ? "IPSources must name each source once"
        : `${show(wrong)} is no source of addresses`,
    cure: `write some of ${oneOf(mesosDnsIpSources)}`,
  };
}

/** Mesos-DNS ends at start over a resolver that is no address, or stands twice. */
function resolversFinding(resolvers: readonly string[]): Finding | undefined {
  const wrong = resolvers.find((text) => !/^\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?$/.test(text));
  if (wrong === undefined && new Set(resolvers).size === resolvers.length) return undefined;
  return {
    message: wrong === undefined ? "a resolver stands twice" : `${show(wrong)} is no IP address or IP:port`,
    cure: "write [10.0.0.2], the addresses of your own DNS servers",
  };
}

/** Its first releases always forward what they do not know, to Google's servers where nobody names others. */
function resolverFaults(
  view: View,
  version: string,
  config: Readonly<Record<string, unknown>>,
): readonly Fault[] {
  if (mesosDnsKeyType(version, "externalon") !== undefined || config.resolvers !== undefined) return [];
  return [
    {
      path: view.toDocument(["mesosDns"]),
      at: "value",
      message: `Mesos-DNS ${version} forwards all other names, to 8.8.8.8 unless it is told where`,
      cure: "write mesosDns: { config: { resolvers: [...] } } with your own DNS servers, or take 0.1.2 or newer",
    },
  ];
}
