import { defineEndpoint } from '@directus/extensions-sdk';
import { relay } from './relay';

export default defineEndpoint({
	id: 'migration',
	handler: (router, { env, logger }) => {
		router.use(relay(env, (message) => logger.warn(message)));
	},
});
