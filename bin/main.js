// @ts-check
// The CLI of a clone.
"use strict";
require("../toolchain/launch").launch("automation/cli/main.js");
