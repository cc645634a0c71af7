/** Why a Marathon ended. */
export interface MarathonExit {
  readonly code: number;
  /** Completes "it ended, since ...". */
  readonly cause: string;
  readonly cure: string;
}

/** Source: mesosphere/marathon docs/docs/exit-codes.md (1.6.549, and 1.7.149 and later). */
const exits: readonly MarathonExit[] = [
  {
    code: 100,
    cause: "it could not connect to ZooKeeper",
    cure: "look whether the ZooKeeper servers run and answer",
  },
  {
    code: 101,
    cause: "it lost its connection to ZooKeeper",
    cure: "look whether the ZooKeeper servers run and answer",
  },
  { code: 102, cause: "a plugin could not be loaded", cure: "check the flags plugin_dir and plugin_conf" },
  { code: 103, cause: "it lost leadership", cure: "none is needed where another one leads now" },
  {
    code: 104,
    cause: "its leadership ended with an error",
    cure: "see its log for the error",
  },
  { code: 105, cause: "its leadership ended, without an error", cure: "none is needed" },
  {
    code: 106,
    cause: "its Mesos scheduler driver failed, as it does when the masters are older than it wants",
    cure: "take the Mesos that its release asks for (mesos-matrix explain marathon-master-too-old)",
  },
  { code: 107, cause: "there was an error that it does not handle", cure: "see its log for the error" },
  {
    code: 108,
    cause: "its state in ZooKeeper holds tasks but no framework id",
    cure: "start it on an empty path of ZooKeeper",
  },
  {
    code: 109,
    cause: "the libmesos in its image is not the one that it was built for",
    cure: "take an image that carries the right libmesos",
  },
  {
    code: 110,
    cause: "its framework was torn down at the master",
    cure: "start it on an empty path of ZooKeeper",
  },
  {
    code: 111,
    cause: "it could not bind to its HTTP address",
    cure: "look what else listens on that port, or change http_address and http_port",
  },
  { code: 112, cause: "it was given a flag that it does not know", cure: "see its log for the flag" },
  { code: 137, cause: "it was killed", cure: "look whether its memory limit is too small for JAVA_OPTS" },
];

/** What an exit code of Marathon means, or undefined where its documentation does not say. */
export function marathonExit(code: number): MarathonExit | undefined {
  return exits.find((exit) => exit.code === code);
}
