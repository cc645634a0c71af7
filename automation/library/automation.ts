/** What `mesos-matrix/automation` exports: matrices and clusters for scripts and tests. */
export { loadClusterFile as readClusterFile, loadMatrixFile as readMatrixFile } from "../../config/load";
export { ConfigError, type Problem } from "../../config/problem";
export type { CellSpec, ClusterSpec, MatrixSpec, TestSpec } from "../../config/spec";
export type { Endpoints, NodeEndpoint } from "../contract";
export { runMatrix, type RunOptions } from "../matrix";
export { PreconditionError } from "../precondition";
export type { CellResult, RunReport, Verdict } from "../report/run-report";
export type { Selection, Shard } from "../run/selection";
export type { RunEvent } from "../view/events";
export { ClusterError, withCluster, type RunningCluster, type WithClusterOptions } from "./cluster";
export { clusterSpec, matrixSpec, type ClusterWords, type MatrixWords } from "./specs";
