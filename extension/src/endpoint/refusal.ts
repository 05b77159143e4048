import type { ErrorBody } from '../contract';

/** An error that the relay itself answers, in the sidecar's format. */
export class Refusal extends Error {
	readonly field: string | undefined;

	constructor(
		readonly status: number,
		readonly code: string,
		message: string,
		{ field, cause }: { field?: string; cause?: unknown } = {},
	) {
		super(message, { cause });
		this.field = field;
	}

	get body(): ErrorBody {
		const error = { message: this.message, code: this.code };
		return { errors: [this.field === undefined ? error : { ...error, field: this.field }] };
	}
}
