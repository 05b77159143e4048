/** How long to wait before Directus is asked again, and how often. */
export const PAUSE_MS = 2_000;
export const MAX_TRIES = 5;
/** Directus turns requests away unread with this code while it is under pressure. */
const UNREAD = 'SERVICE_UNAVAILABLE';

interface Refused {
	response?: { data?: { errors?: { extensions?: { code?: string } }[] } };
}

/** Sends a request, and again if Directus has not read it. */
export async function sendUntilRead<T>(send: () => Promise<T>, tries = MAX_TRIES): Promise<T> {
	try {
		return await send();
	} catch (error) {
		if (tries <= 1 || !isUnread(error)) throw error;
		await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
		return sendUntilRead(send, tries - 1);
	}
}

function isUnread(error: unknown): boolean {
	const { response } = error as Refused;
	return response?.data?.errors?.[0]?.extensions?.code === UNREAD;
}
