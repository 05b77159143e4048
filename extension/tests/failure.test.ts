import { expect, it } from 'vitest';
import { toFailure } from '../src/module/failure';
import { answerOf } from './fixtures';

it('takes message, code and field from the error shape of sidecar and relay', () => {
	const failure = toFailure(
		answerOf(422, 'TOKEN_REFUSED', 'The destination refused the token.', 'destination_token'),
	);
	expect(failure).toEqual({
		code: 'TOKEN_REFUSED',
		message: 'The destination refused the token.',
		advice: null,
		field: 'destination_token',
		run: null,
	});
});

it('names the run that keeps a destination busy', () => {
	const response = {
		status: 409,
		data: { errors: [{ message: 'busy', code: 'DESTINATION_BUSY', run: 'its-id' }] },
	};
	expect(toFailure({ response }).run).toBe('its-id');
});

it('says what to check when the sidecar is down', () => {
	expect(toFailure(answerOf(502, 'SIDECAR_UNREACHABLE', 'down')).advice).toContain(
		'MIGRATION_SIDECAR_URL',
	);
});

it('reads the code of an error that Directus itself answered', () => {
	const response = {
		status: 404,
		data: { errors: [{ message: 'no route', extensions: { code: 'ROUTE_NOT_FOUND' } }] },
	};
	expect(toFailure({ response }).code).toBe('ROUTE_NOT_FOUND');
});

it('has words for an answer without an error shape and for no answer at all', () => {
	expect(toFailure({ response: { status: 504, data: {} } }).message).toBe(
		'Directus answered with status 504.',
	);
	expect(toFailure(new Error('Network Error')).code).toBe('DIRECTUS_UNREACHABLE');
});
