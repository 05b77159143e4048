/** Removes what the style sheets have for readers only: the SDK does not shorten them. */
const styles = {
	name: 'short-styles',
	transform: (code, id) =>
		id.includes('type=style')
			? {
					code: code
						.replace(/(\\[nt])+/g, ' ')
						.replace(/\/\*.*?\*\//g, '')
						.replace(/ ?([{};>]) ?/g, '$1')
						.replace(/([\w)]): /g, '$1:')
						.replace(/, /g, ',')
						.replace(/;}/g, '}')
						.replace(/([ (,:-])0(?=\.\d)/g, '$1'),
					map: null,
				}
			: null,
};

/** Shortens what Vue names: the scope of a component's styles, and each component for its tools. */
const names = {
	name: 'short-names',
	renderChunk(code) {
		const scopes = new Map();
		const short = code
			.replace(/data-v-[0-9a-f]{8}/g, (scope) => {
				if (!scopes.has(scope)) scopes.set(scope, `data-m${scopes.size}`);
				return scopes.get(scope);
			})
			.replace(/^\s*__name: ['"][\w-]+['"],$/gm, '');
		return { code: short, map: null };
	},
};

export default { plugins: [styles, names] };
