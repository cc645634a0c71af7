// @ts-check
// What can be built from Go modules where the official downloads cannot be reached.
"use strict";
const path = require("node:path");
const { root, versions } = require("./layout");

/** The CLI and its language host compare versions. */
const stamp = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${versions.pulumi}`;

/** @typedef {"docker" | "command"} Plugin */

/** @type {Record<"pulumi" | "language" | "mesosDns" | "clientV0" | "clientV1" | Plugin, import("./go-build").GoBinary>} */
const binaries = {
  pulumi: {
    name: "pulumi",
    module: path.join(root, "toolchain/pulumi"),
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    flags: ["-tags", "osusergo,grpcnotrace", "-ldflags", stamp],
  },
  language: {
    name: "pulumi-language-nodejs",
    module: path.join(root, "toolchain/language-nodejs"),
    package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    flags: ["-ldflags", stamp],
  },
  docker: {
    name: "pulumi-resource-docker",
    module: path.join(root, "toolchain/resource-docker"),
    package: ".",
    flags: ["-tags", "no_compose", "-ldflags", "-s -w"],
  },
  command: {
    name: "pulumi-resource-command",
    module: path.join(root, "toolchain/resource-command"),
    package: ".",
    flags: ["-ldflags", "-s -w"],
  },
  mesosDns: {
    name: "mesos-dns",
    module: path.join(root, "toolchain/mesos-dns"),
    package: "github.com/mesosphere/mesos-dns",
    flags: ["-ldflags", "-s -w"],
    system: "linux",
  },
  clientV0: {
    name: "mesos-go-v0",
    module: path.join(root, "test/clients"),
    package: "./v0",
    flags: ["-ldflags", "-s -w"],
  },
  clientV1: {
    name: "mesos-go-v1",
    module: path.join(root, "test/clients"),
    package: "./v1",
    flags: ["-ldflags", "-s -w"],
  },
};

module.exports = { binaries };
