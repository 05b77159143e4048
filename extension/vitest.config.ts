import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

export default defineConfig({
	plugins: [vue()],
	test: {
		include: ['tests/**/*.test.ts'],
		setupFiles: ['tests/warnings.ts'],
		// On a loaded machine the longest test takes more than the default 5 seconds.
		testTimeout: 30_000,
	},
});
