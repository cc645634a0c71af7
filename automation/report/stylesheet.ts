import { Markup } from "./markup";

/** The look of the HTML report. A test holds its colours to a contrast of 4.5:1 for text and 3:1 for bars. */
export const stylesheet = new Markup(`
:root { color-scheme: light dark; --ground: #ffffff; --text: #1b1f24; --quiet: #57606a; --line: #d0d7de; --soft: #f6f8fa;
  --good: #116329; --good-soft: #dafbe1; --bad: #a40e26; --bad-soft: #ffebe9; --warn: #7a4100; --warn-soft: #fff1d6;
  --link: #0550ae; --images: #5f7f5a; --create: #7c8aa0; --ready: #b07d00; --test: #2f6fdb; --destroy: #a06fc0; }
@media (prefers-color-scheme: dark) { :root { --ground: #0d1117; --text: #e6edf3; --quiet: #9aa4af; --line: #3d444d; --soft: #161b22;
  --good: #5bd174; --good-soft: #12301c; --bad: #ff958c; --bad-soft: #3f1518; --warn: #ecb64f; --warn-soft: #372710;
  --link: #79b8ff; --images: #7fa07a; --create: #7d8a9e; --ready: #c99a1f; --test: #4c8bf0; --destroy: #8a73b3; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1rem; background: var(--ground); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.25rem; margin: 2rem 0 .5rem; }
h3 { display: inline; font-size: 1rem; margin: 0; font-weight: 400; } h4 { font-size: .9rem; margin: 1rem 0 .25rem; }
a { color: var(--link); } small { color: var(--quiet); font-weight: 400; white-space: nowrap; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100rem; } .skip:focus { position: static; }
.verdict { font-size: 1.25rem; font-weight: 600; margin: .25rem 0 .5rem; } .good { color: var(--good); } .bad { color: var(--bad); }
.about, footer { color: var(--quiet); margin: .5rem 0; }
.remark { border-left: .3rem solid var(--line); padding: .25rem .75rem; margin: .5rem 0; background: var(--soft); }
.simulated { border-color: var(--warn); }
ul.counts, ul.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .5rem; padding: 0; margin: .5rem 0; }
ul.counts li { padding: .1rem .6rem; border-radius: 1rem; border: 1px solid var(--line); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; } caption { text-align: left; color: var(--quiet); font-size: .9rem; padding-bottom: .25rem; }
th, td { border: 1px solid var(--line); padding: .35rem .6rem; text-align: left; vertical-align: top; }
th { background: var(--soft); font-weight: 600; white-space: nowrap; }
td.none { color: var(--quiet); font-size: .85rem; }
td[class^="v-"] { white-space: nowrap; } td[class^="v-"] a, ul.counts li { color: inherit; }
td[class^="v-"] a { text-decoration: none; } td[class^="v-"] a:hover { text-decoration: underline; }
td small { display: block; }
td.v-passed, li.v-passed { background: var(--good-soft); color: var(--good); }
td.v-failed, td.v-not-ready, td.v-error, li.v-failed, li.v-not-ready, li.v-error { background: var(--bad-soft); color: var(--bad); font-weight: 600; }
td.v-flaky, td.v-interrupted, li.v-flaky, li.v-interrupted { background: var(--warn-soft); color: var(--warn); }
.legend li { display: flex; align-items: center; gap: .4rem; margin-right: .75rem; }
.swatch { display: inline-block; width: 1rem; height: 1rem; border-radius: .2rem; }
.p-images { background: var(--images); fill: var(--images); } .p-create { background: var(--create); fill: var(--create); } .p-ready { background: var(--ready); fill: var(--ready); }
.p-test { background: var(--test); fill: var(--test); } .p-destroy { background: var(--destroy); fill: var(--destroy); }
.scale { display: flex; justify-content: space-between; color: var(--quiet); font-size: .85rem; margin: .5rem 0 0; border-bottom: 1px solid var(--line); }
ol.timeline { list-style: none; margin: 0; padding: 0; } ol.timeline li { padding: .35rem 0; border-bottom: 1px solid var(--line); }
ul.why { padding-left: 1.25rem; } ul.why li { margin: .35rem 0; }
.bar { display: block; width: 100%; height: 1rem; background: var(--soft); margin: .2rem 0; } .words { color: var(--quiet); font-size: .85rem; }
@media (min-width: 60rem) { ol.timeline li { display: grid; grid-template-columns: 20rem 1fr; column-gap: 1rem; }
  ol.timeline a { grid-row: span 2; } .scale { margin-left: 21rem; } }
details.cell { border: 1px solid var(--line); border-radius: .4rem; margin: .5rem 0; } details.cell > div { padding: 0 .75rem .75rem; scroll-margin-top: 4rem; }
summary { padding: .5rem .75rem; cursor: pointer; } summary .word { font-weight: 600; margin-right: .5rem; }
.cell.v-passed .word { color: var(--good); } .cell.v-failed .word, .cell.v-error .word, .cell.v-not-ready .word { color: var(--bad); }
.cell.v-flaky .word, .cell.v-interrupted .word { color: var(--warn); }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: .4rem; padding: .6rem; margin: .25rem 0; overflow-x: auto;
  max-height: 30rem; font: .82rem/1.45 ui-monospace, monospace; overflow-wrap: normal; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: .25rem 0; } dd { margin: 0; }
table.events { font-size: .85rem; } table.events td { padding: .2rem .6rem; } table.events td:first-child { white-space: nowrap; }
ul.files { margin: .25rem 0; padding-left: 1.25rem; }
table.list td { white-space: nowrap; }
@media (max-width: 30rem) { th, td { padding: .3rem .4rem; font-size: .9rem; overflow-wrap: break-word; } thead th:first-child { white-space: normal; } }
@media print { .scroll, pre { overflow: visible; max-height: none; } }
`);
