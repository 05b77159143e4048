/** The style of the report's page: light or dark like the system, black on white in print. */
export const STYLE = `
:root { color-scheme: light dark; }
:root { --line: light-dark(#d3dae4, #30363d); --quiet: light-dark(#4f5464, #a2b5cd); }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; font: 15px/1.6 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.6rem; }
h2 { margin: 2rem 0 0.5rem; font-size: 1.1rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.2rem 1.5rem; margin: 0; }
dt, th { color: var(--quiet); font-weight: 600; }
dd { margin: 0; overflow-wrap: anywhere; }
td { overflow-wrap: break-word; }
.number { text-align: right; }
td.number, td.unbroken { white-space: nowrap; }
td.long { min-width: 16ch; overflow-wrap: anywhere; }
td.digest { min-width: 16ch; font-family: monospace; word-break: break-all; }
section > div { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 0.3rem 0.6rem; border-bottom: 1px solid var(--line); }
th, td { text-align: left; vertical-align: top; }
@page { margin: 15mm; }
@media print {
	:root { color-scheme: light; }
	body { margin: 0; padding: 0; max-width: none; font-size: 9pt; }
	section > div { overflow: visible; }
	h2 { break-after: avoid; }
	tr { break-inside: avoid; }
	th, td { padding: 0.2rem 0.4rem; }
	td.digest { min-width: 8ch; font-size: 7pt; }
}
`;
