/**
 * Labels of an app as users of marathon-lb write them. Source of their names and meanings: mesosphere/marathon-lb
 * Longhelp.md.
 */

/** What an app's labels say of one of its ports. */
export interface PortLabels {
  readonly groups: readonly string[];
  readonly vhosts: readonly string[];
  /** `/` stands for every path. */
  readonly path: string;
  readonly mode: "http" | "tcp";
  /** In place of the app's own service port. */
  readonly port: number | undefined;
  readonly balance: string;
  readonly sticky: boolean;
  readonly enabled: boolean;
}

/** A label that cannot be served as it is written. */
export interface LabelFault {
  readonly label: string;
  readonly why: string;
}

type Labels = Readonly<Record<string, string>>;

/** Labels of one port that are understood, without `HAPROXY_0_`. */
const perPort = ["GROUP", "VHOST", "PATH", "MODE", "PORT", "BALANCE", "STICKY", "ENABLED"];

const balances = ["roundrobin", "static-rr", "leastconn", "first", "source", "uri"];

/** One name of a host, in any case: what may stand in HAProxy's configuration. */
const hostName = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

/** What the labels say of the app's `n`th port (from 0), and which of them are wrong. */
export function portLabels(labels: Labels, n: number): { read: PortLabels; faults: LabelFault[] } {
  const faults: LabelFault[] = [];
  const name = (key: string): string => `HAPROXY_${n}_${key}`;
  const get = <T>(key: string, read: (text: string) => T | undefined, wanted: string, missing: T): T => {
    const text = labels[name(key)];
    if (text === undefined) return missing;
    const value = read(text.trim());
    if (value === undefined)
      faults.push({ label: name(key), why: `${JSON.stringify(text)} is not ${wanted}` });
    return value ?? missing;
  };
  const vhosts = get("VHOST", readHosts, "a list of host names with commas between them", []);
  const group = labels[name("GROUP")] ?? labels.HAPROXY_GROUP ?? "";
  return {
    read: {
      groups: group.split(",").map((word) => word.trim()),
      vhosts,
      path: get("PATH", readPath, "a path such as /shop", "/"),
      mode: get("MODE", oneOf("http", "tcp"), "http or tcp", vhosts.length > 0 ? "http" : "tcp"),
      port: get("PORT", readPort, "a port from 1 to 65535", undefined),
      balance: get("BALANCE", oneOf(...balances), `one of ${balances.join(", ")}`, "roundrobin"),
      sticky: get("STICKY", readFlag, "true or false", false),
      enabled: get("ENABLED", readFlag, "true or false", true),
    },
    faults,
  };
}

/** Labels that ask for something which this bridge does not do; the app is served without it. */
export function unknownLabels(labels: Labels): string[] {
  return Object.keys(labels)
    .filter((label) => label.startsWith("HAPROXY_") && label !== "HAPROXY_GROUP")
    .filter((label) => !perPort.includes(/^HAPROXY_\d{1,3}_(\w+)$/.exec(label)?.[1] ?? ""))
    .sort();
}

function readHosts(text: string): string[] | undefined {
  const hosts = text.split(",").map((host) => host.trim().toLowerCase());
  return hosts.every((host) => host.length <= 253 && hostName.test(host)) ? hosts : undefined;
}

function readPath(text: string): string | undefined {
  // What may stand in a path and means nothing to HAProxy's own syntax.
  return /^\/[\w.~!*+,;=:@/-]{0,200}$/.test(text) ? text : undefined;
}

function readPort(text: string): number | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535 ? Number(text) : undefined;
}

function readFlag(text: string): boolean | undefined {
  if (/^(?:true|yes|on|1)$/i.test(text)) return true;
  return /^(?:false|no|off|0)$/i.test(text) ? false : undefined;
}

function oneOf<T extends string>(...words: readonly T[]): (text: string) => T | undefined {
  return (text) => words.find((word) => word === text.toLowerCase());
}
