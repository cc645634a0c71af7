/** Holds the names of the variables that are for our own Pulumi, so that no test command inherits them. */
export const ownVariables = "MESOS_MATRIX_OWN_ENV";
