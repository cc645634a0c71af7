// @ts-check
"use strict";

/** Something that the set-up may not or cannot do here: exit code 3 and the commands for the user to run. */
class Precondition extends Error {
  /** @param {string} message what is missing and why @param {string[]} commands exact commands that mend it */
  constructor(message, commands) {
    super(message);
    this.name = "Precondition";
    this.commands = commands;
  }
}

module.exports = { Precondition };
