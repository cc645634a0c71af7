// @ts-check
"use strict";
const { spawn } = require("node:child_process");

/** @typedef {{code: number, stdout: string, stderr: string}} Ended code 127: no such command; 124: the deadline passed */

/**
 * Runs a command (a list of words, never a shell line) and waits for its end.
 * @param {string[]} argv
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, timeout?: number, show?: boolean}} [options]
 *   timeout in seconds (default 60); show passes the output through, else it is kept.
 * @returns {Promise<Ended>}
 */
function run(argv, options = {}) {
  const seconds = options.timeout ?? 60;
  const output = options.show ? "inherit" : "pipe";
  return new Promise((resolve) => {
    const [command, ...args] = argv;
    const child = spawn(/** @type {string} */ (command), args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ["ignore", output, output],
    });
    let stdout = "";
    let stderr = "";
    let late = false;
    child.stdout?.setEncoding("utf8").on("data", (data) => (stdout += data));
    child.stderr?.setEncoding("utf8").on("data", (data) => (stderr += data));
    const timer = setTimeout(() => {
      late = true;
      child.kill("SIGKILL");
    }, seconds * 1000);
    /** @type {NodeJS.Timeout | undefined} */
    let pipes;
    child.on("exit", () => {
      clearTimeout(timer);
      // What the command left running in the background may hold its output open for ever.
      pipes = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, 1000);
    });
    child.on("error", (error) => {
      clearTimeout(timer);
      resolve({ code: 127, stdout, stderr: error.message });
    });
    child.on("close", (code) => {
      clearTimeout(pipes);
      resolve({
        code: late ? 124 : (code ?? 1),
        stdout,
        stderr: late ? `${stderr}\nno end within ${seconds} s` : stderr,
      });
    });
  });
}

/**
 * As `run`, but anything other than exit code 0 is an error that carries the last lines.
 * @param {string[]} argv
 * @param {Parameters<typeof run>[1]} [options]
 */
async function must(argv, options) {
  const result = await run(argv, options);
  if (result.code !== 0) {
    const tail = `${result.stdout}\n${result.stderr}`.trim().split("\n").slice(-15).join("\n");
    throw new Error(`${argv.join(" ")} failed with exit code ${result.code}:\n${tail}`);
  }
  return result;
}

module.exports = { run, must };
