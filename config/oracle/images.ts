import { imageTraits, misspeltTag } from "../../mesos/image-quirks";
import { hostNeeds } from "../../mesos/host-needs";
import { isVendor, vendorImage, vendorVersions } from "../../mesos/images";
import type { MesosRole } from "../../mesos/flags";
import { allVersions } from "../../mesos/versions";
import type { Path } from "../fault";
import type { AgentGroupSpec, ClusterSpec, MastersSpec } from "../spec";
import { oneOf } from "../wording";
import type { ClusterRule, Hit } from "./rule";
import { usesDocker } from "./settings";

const otherSources =
  "or an image of your own (custom, archive, build, installTree), or image: simulator for no real Mesos";

/** What is known of the images that a cluster asks for, before any registry is asked. */
export const imageRules: readonly ClusterRule[] = [
  {
    id: "image-unknown",
    title: "no image of this version is known at this vendor",
    verdict: "unknown",
    fact: "the tags known here are those that public files use; nobody lists what a vendor published",
    source: "mesosphere/docker-containers mesos/Makefile",
    check: (spec) =>
      each(spec, ({ image, version, role, path, label }) => {
        if (!isVendor(image.kind)) return [];
        if (vendorImage(image.kind, role, version) !== undefined) return [];
        const cure = `take ${oneOf(nearestAt(vendorVersions(image.kind), version))} from ${image.kind}, ${otherSources}`;
        return [{ path, why: `no tag of ${image.kind} is known for ${label} of Mesos ${version}`, cure }];
      }),
  },
  {
    id: "image-schema-1",
    title: "images of before 2016 cannot be pulled by every engine",
    verdict: "warn",
    ...hostNeeds.schema1,
    check: (spec, host) => (host.engine === undefined ? schema1(spec, undefined) : []),
  },
  {
    id: "image-schema-1-engine",
    title: "this Docker engine does not pull images of before 2016",
    verdict: "refuse",
    ...hostNeeds.schema1,
    check: (spec, host) =>
      host.engine !== undefined && majorOf(host.engine) >= 26 ? schema1(spec, host.engine) : [],
  },
  {
    id: "image-tag-misspelt",
    title: "a published tag that is known to be misspelt",
    verdict: "warn",
    fact: "two tags of mesosphere's images of 1.0.1 and 1.1.0 hold their version twice; the right ones exist beside them",
    source: "https://hub.docker.com/r/mesosphere/mesos-master/tags",
    check: (spec) =>
      each(spec, ({ image, path }) => {
        const meant = image.kind === "custom" ? misspeltTag(image.repository, image.tag) : undefined;
        if (image.kind !== "custom" || meant === undefined) return [];
        return [
          {
            path,
            why: `${image.repository}:${image.tag} is a slip of its publisher`,
            cure: `write ${meant}`,
          },
        ];
      }),
  },
  {
    id: "image-without-docker-client",
    title: "the docker containerizer needs a docker client, which the agent's image lacks",
    verdict: "warn",
    fact: "the docker containerizer calls the docker client; mesosphere's images have it from 1.0 on (July 2016), redjack's and mesos/mesos-centos are not known to; this machine's is mounted there, which must run with the image's C library",
    source: "https://github.com/mesosphere/docker-containers/issues/79",
    check: (spec) =>
      spec.agents.flatMap((group, i): Hit[] => {
        const { image, version } = group;
        if (!usesDocker(spec, group) || !isVendor(image.kind)) return [];
        if (imageTraits(image.kind, "agent", version).dockerCli) return [];
        const why = `${image.kind}'s image of Mesos ${version} with the docker containerizer`;
        const cure =
          "have the static docker client first on PATH, or take mesosphere's image of 1.0.0 or newer, or one of your own with a client";
        return [{ path: ["agents", i, "image"], why, cure }];
      }),
  },
  {
    id: "simulator-mixed",
    title: "simulated and real masters and agents cannot be mixed",
    verdict: "refuse",
    fact: "the simulator's masters and agents speak a protocol of their own with each other",
    source: "mesos-matrix simulator/README.md",
    check: (spec) => {
      const simulated = (image: MastersSpec["image"]): boolean => image.kind === "simulator";
      return spec.agents.flatMap((group, i): Hit[] => {
        // What an image of the user's own holds is not known here; readiness asks what it says of itself.
        if (!isKnown(group.image.kind) || !isKnown(spec.masters.image.kind)) return [];
        if (simulated(group.image) === simulated(spec.masters.image)) return [];
        const [masters, agents] = simulated(group.image) ? ["real", "simulated"] : ["simulated", "real"];
        const cure = "write the same source for both, best once: mesos: { image: ... }";
        return [
          { path: ["agents", i, "image"], why: `${masters} masters with ${agents} agents[${i}]`, cure },
        ];
      });
    },
  },
];

function isKnown(source: string): boolean {
  return source === "simulator" || isVendor(source);
}

interface ImageUse extends Pick<MastersSpec | AgentGroupSpec, "image" | "version"> {
  readonly role: MesosRole;
  readonly path: Path;
  readonly label: string;
}

function each(spec: ClusterSpec, judge: (use: ImageUse) => Hit[]): Hit[] {
  const uses: ImageUse[] = [
    { ...spec.masters, role: "master", path: ["masters", "image"], label: "masters" },
    ...spec.agents.map((group, i): ImageUse => ({
      ...group,
      role: "agent",
      path: ["agents", i, "image"],
      label: `agents[${i}]`,
    })),
  ];
  return uses.flatMap(judge);
}

function schema1(spec: ClusterSpec, engine: string | undefined): Hit[] {
  return each(spec, ({ image, version, role, path }) => {
    if (!isVendor(image.kind)) return [];
    if (vendorImage(image.kind, role, version) === undefined) return [];
    if (!imageTraits(image.kind, role, version).schema1) return [];
    const of = `${image.kind}'s image of Mesos ${version}`;
    return [
      {
        path,
        why: engine === undefined ? `${of} is of before 2016` : `${of} at Docker Engine ${engine}`,
        cure: engine === undefined ? pulls(undefined) : pulls(engine),
      },
    ];
  });
}

function pulls(engine: string | undefined): string {
  const later = "or copy the image to a registry of your own with a newer client and name it under custom:";
  const gone = engine !== undefined && (majorOf(engine) > 28 || /^28\.(?:[2-9]|\d\d)/.test(engine));
  return gone
    ? `use an engine before 28.2, ${later}`
    : `start the engine with DOCKER_ENABLE_DEPRECATED_PULL_SCHEMA_1_IMAGE=1 where it is 26.0 to 28.1, ${later}`;
}

const places = new Map(allVersions().map(({ tag }, at) => [tag, at]));

/** Of the versions that a vendor has, the ones nearest to a known one; names of branches where it has no others. */
function nearestAt(available: readonly string[], wanted: string): string[] {
  const distance = (tag: string): number => Math.abs((places.get(tag) ?? 0) - (places.get(wanted) ?? 0));
  const near = available.filter((tag) => tag !== "master" && places.has(tag));
  if (near.length === 0) return available.slice(0, 3);
  return near.sort((a, b) => distance(a) - distance(b)).slice(0, 3);
}

function majorOf(engine: string): number {
  return Number(engine.split(".")[0]);
}
