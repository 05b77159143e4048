"""The look of the page of changes: readable in light and dark, on phones and on paper."""

from markupsafe import Markup

STYLE = Markup("""
:root { color-scheme: light dark; --line: #d3dae4; --soft: #f0f4f9; --quiet: #5b6574;
  --text: #172940; --page: #fff; --new: #1c7c3c; --changed: #0b62c4; --kept: #6b5a00;
  --conflict: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --line: #30363d; --soft: #161b22; --quiet: #a2b5cd;
  --text: #dbe4ee; --page: #0d1117; --new: #56d37f; --changed: #79b8ff; --kept: #e3c84b;
  --conflict: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.6 Inter, system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 2.5rem 1.25rem 5rem; }
h1 { font-size: 1.75rem; line-height: 1.25; letter-spacing: -.015em; margin: 0 0 1rem; }
h2 { font-size: 1.15rem; margin: 2.5rem 0 .5rem; overflow-wrap: anywhere; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr));
  gap: .75rem 2rem; margin: 0 0 2rem; }
dt, small, i, thead th { color: var(--quiet); font-size: .8125rem; }
dd { margin: 0; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: start; vertical-align: top; padding: .4rem .75rem .4rem 0;
  border-top: 1px solid var(--line); font-weight: 400; }
thead th { border-top: 0; }
.counts td, .counts thead th:not(:first-child) { text-align: end;
  font-variant-numeric: tabular-nums; }
.counts th:first-child { min-width: 9rem; overflow-wrap: anywhere; }
.wide:focus-visible { outline: 2px solid var(--changed); }
.values { table-layout: fixed; margin: .25rem 0 1rem; }
.values th:first-child { width: 12rem; overflow-wrap: anywhere; }
.values td > * { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
pre, code { font: .8125rem/1.55 ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace; }
code { color: var(--quiet); }
summary { cursor: pointer; padding: .4rem .5rem; border-radius: 6px; overflow-wrap: anywhere; }
summary:hover { background: var(--soft); }
summary:focus-visible { outline: 2px solid var(--changed); }
.kind > summary { font-weight: 600; border-inline-start: 3px solid; padding-inline-start: .75rem;
  border-radius: 0 6px 6px 0; }
.kind > :not(summary) { margin: 0 0 0 1rem; padding-inline-start: .5rem; }
.kind.new > summary { border-color: var(--new); }
.kind.changed > summary { border-color: var(--changed); }
.kind.only_at_destination > summary { border-color: var(--kept); }
.kind.conflict > summary { border-color: var(--conflict); }
.kind { margin: .5rem 0; }
@media (max-width: 40rem) {
  main { padding-top: 1.5rem; }
  .values, .values thead, .values tbody { display: block; }
  .values tr { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .values th:first-child { grid-column: 1 / -1; width: auto; font-weight: 600; }
  .values thead th:first-child { display: none; }
  .values td { border-top: 0; padding-top: 0; }
  .values td:only-of-type { grid-column: 1 / -1; }
}
""")
