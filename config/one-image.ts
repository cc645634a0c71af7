import type { ClusterInput } from "./cluster-schema";
import type { Fault, Path } from "./fault";
import { formatPath } from "./fault";
import { isMapping, valueAt } from "./view";
import type { View } from "./view";

/** One image that a cluster's part is given, and the version that the part is to run. */
export interface ImageUse {
  /** In the document. */
  readonly path: Path;
  /** As the user wrote it. */
  readonly source: unknown;
  readonly program: string;
  /** A commit stands for its version. */
  readonly version: string | undefined;
}

/** Where the versions of an image come from that is to hold several of them. */
const services: Readonly<Record<string, string>> = {
  zookeeper: "ZooKeeper",
  marathon: "Marathon",
  mesosDns: "Mesos-DNS",
  loadBalancer: "the load balancer",
};

/** Every image of the user's own that a checked cluster names. */
export function imageUses(input: ClusterInput, view: View): ImageUse[] {
  const at = (path: Path): unknown => valueAt(view.value, path);
  const mesos = typeof input.mesos === "object" ? input.mesos : { version: input.mesos };
  const use = (path: Path, program: string, version: string | undefined): ImageUse[] => {
    const source = at(path);
    return isMapping(source) ? [{ path: view.toDocument(path), source, program, version }] : [];
  };
  const node = (path: Path, version: string | undefined): ImageUse[] => {
    const own = at([...path, "image"]) !== undefined;
    const common = "commit" in mesos ? (mesos.commit ?? mesos.version) : mesos.version;
    return use(own ? [...path, "image"] : ["mesos", "image"], "Mesos", version ?? common);
  };
  return [
    ...node(["masters"], input.masters?.version),
    ...(input.agents ?? [{}]).flatMap(({ version }: { version?: string | undefined }, i) =>
      node(["agents", i], version),
    ),
    ...Object.entries(services).flatMap(([key, program]) => {
      const version = at([key, "version"]);
      return use([key, "image"], program, typeof version === "string" ? version : undefined);
    }),
  ];
}

/** The images of the user's own that would have to hold several versions at once, since `{version}` is in no part. */
export function oneImageForMany(uses: readonly ImageUse[]): Fault[] {
  const places = new Map<string, { use: ImageUse; versions: Set<string> }>();
  for (const use of uses) {
    const place = formatPath(use.path);
    const known = places.get(place) ?? { use, versions: new Set<string>() };
    if (use.version !== undefined) known.versions.add(use.version);
    places.set(place, known);
  }
  return [...places.values()].flatMap(({ use: { path, source, program }, versions }): Fault[] => {
    if (versions.size < 2 || JSON.stringify(source).includes("{version}")) return [];
    const [first, second, ...more] = [...versions];
    const others = more.length === 0 ? "" : ` and ${more.length} more`;
    const message = `one image cannot be ${program} ${first ?? ""}, ${second ?? ""}${others}, and {version} stands in no part of this one`;
    return [
      { path, at: "value", message, cure: `write {version} where the version belongs: ${example(source)}` },
    ];
  });
}

/** How the source may be written for several versions. */
function example(source: unknown): string {
  if (valueAt(source, ["custom"]) !== undefined) return 'tag: "{version}"';
  if (valueAt(source, ["build"]) !== undefined) return 'args: { VERSION: "{version}" }';
  const tree = valueAt(source, ["installTree"]) !== undefined;
  return tree ? 'installTree: "builds/{version}"' : 'archive: "img/mesos-{version}.tar"';
}
