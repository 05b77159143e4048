/** The path of a line through values at equal distances, as high as the highest. */
export function lineOf(values: number[], width: number, height: number): string {
	const peak = peakOf(values) || 1;
	const step = values.length > 1 ? width / (values.length - 1) : 0;
	return values
		.map((value, index) => {
			const y = height - (height * value) / peak;
			return `${index === 0 ? 'M' : 'L'}${(index * step).toFixed(1)} ${y.toFixed(1)}`;
		})
		.join('');
}

export function peakOf(values: number[]): number {
	return values.reduce((peak, value) => Math.max(peak, value), 0);
}
