/** Removes what the style sheets have for readers only: the SDK does not shorten them. */
const styles = {
	name: 'short-styles',
	transform: (code, id) =>
		id.includes('type=style')
			? {
					code: code
						.replace(/(\\[nt])+/g, ' ')
						.replace(/\/\*.*?\*\//g, '')
						.replace(/ ?([{};]) ?/g, '$1')
						.replace(/(\w): /g, '$1:'),
					map: null,
				}
			: null,
};

export default { plugins: [styles] };
