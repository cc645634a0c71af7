// @ts-check
"use strict";

/** Packages that are ES modules only are loaded by `require`, which older ones cannot. */
const oldest = { major: 22, minor: 12 };

/**
 * @param {string} version as in process.versions.node
 * @param {string} cure what the user does about it
 * @returns {string | undefined} what is wrong with it, if anything
 */
function nodeProblem(version, cure) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > oldest.major || (major === oldest.major && minor >= oldest.minor)) return undefined;
  return `Node ${version} runs this program, but it needs ${oldest.major}.${oldest.minor} or newer: ${cure}`;
}

module.exports = { nodeProblem };
