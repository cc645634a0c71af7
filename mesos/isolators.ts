/** Where the isolators stand, at each tag. */
export const isolatorSource = "apache/mesos src/slave/containerizer/mesos/containerizer.cpp";

/** Isolators of Mesos by the first release that has them; modules bring others under names of their own. */
const since: readonly (readonly [release: string, names: readonly string[]])[] = [
  ["0.21.0", ["namespaces/pid", "filesystem/shared"]],
  ["0.22.0", ["posix/disk"]],
  ["0.24.0", ["filesystem/linux", "filesystem/posix"]],
  ["0.27.0", ["cgroups/net_cls"]],
  ["0.28.0", ["docker/runtime"]],
  ["1.0.0", ["cgroups/devices", "gpu/nvidia", "network/cni", "docker/volume", "disk/du", "disk/xfs"]],
  ["1.1.0", ["appc/runtime", "linux/capabilities", "volume/image", "volume/sandbox_path"]],
  [
    "1.2.0",
    [
      ...["cgroups/blkio", "cgroups/cpuset", "cgroups/hugetlb", "cgroups/net_prio", "cgroups/pids"],
      ...["namespaces/ipc", "posix/rlimits"],
    ],
  ],
  ["1.4.0", ["volume/secret"]],
  ["1.5.0", ["network/ports", "volume/host_path"]],
  ["1.7.0", ["cgroups/all", "linux/devices"]],
  ["1.8.0", ["linux/seccomp"]],
  ["1.9.0", ["linux/nnp"]],
  ["1.11.0", ["volume/csi"]],
];

/** The first release with an isolator, or undefined for one that is older than 0.20 or of a module. */
export function isolatorSince(name: string): string | undefined {
  return since.find(([, names]) => names.includes(name))?.[0];
}

/** The isolators that came with a release, such as 1.0.0. */
export function isolatorsOf(release: string): readonly string[] {
  return since.find(([first]) => first === release)?.[1] ?? [];
}
