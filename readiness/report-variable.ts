/** Names the file into which the readiness resource also writes, as JSON, why a cluster is not ready. */
export const reportVariable = "MESOS_MATRIX_READINESS_REPORT";
