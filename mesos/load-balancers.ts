/** A program that turns Marathon's tasks into an HAProxy configuration. */
export interface LoadBalancer {
  readonly name: string;
  /** How it hears of changes: Marathon's event stream, or by asking again. */
  readonly modes: readonly ("events" | "poll")[];
  /** The first release line of Marathon for a mode, where there is one. */
  readonly marathonSince: Readonly<Partial<Record<"events" | "poll", string>>>;
  /** The longest that it may lag behind, as its parts say; undefined where it hears of changes at once. */
  readonly staleSeconds: number | undefined;
  readonly source: string;
}

const rows: readonly LoadBalancer[] = [
  {
    name: "haproxy-marathon-bridge",
    modes: ["poll"],
    marathonSince: {},
    staleSeconds: 60,
    source: "mesosphere/marathon bin/haproxy-marathon-bridge, examples/haproxy-marathon-bridge",
  },
  {
    name: "marathon-haproxy-subdomain-bridge",
    modes: ["poll"],
    marathonSince: {},
    staleSeconds: 60,
    source: "ContainerSolutions/marathon-haproxy-subdomain-bridge README.md",
  },
  {
    name: "servicerouter",
    modes: ["poll"],
    marathonSince: {},
    staleSeconds: 60,
    source: "mesosphere/marathon bin/servicerouter.py",
  },
  {
    name: "marathon-lb",
    modes: ["events", "poll"],
    marathonSince: { events: "0.11" },
    staleSeconds: undefined,
    source: "mesosphere/marathon-lb README.md",
  },
];

/** First and last tag of marathon-lb. Source: tags of mesosphere/marathon-lb (2015-12, 2020-09). */
export const marathonLbRange = ["1.0.0", "1.15.0"] as const;

/** Every load balancer that is known. */
export function loadBalancers(): readonly LoadBalancer[] {
  return rows;
}

/** The load balancer of this name, or undefined. */
export function loadBalancer(name: string): LoadBalancer | undefined {
  return rows.find((row) => row.name === name);
}

/** The published image of a release of marathon-lb; the newest where no release is named. */
export function marathonLbImage(version: string): string {
  return `mesosphere/marathon-lb:v${version === "" ? marathonLbRange[1] : version.replace(/^v/, "")}`;
}
