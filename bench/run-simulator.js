// @ts-check
// `npm run bench:simulator [-- VERSION AGENTS]`: see simulator.ts.
"use strict";
require("../toolchain/launch").launch("bench/simulator.js");
