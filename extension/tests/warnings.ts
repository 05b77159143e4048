import { config } from '@vue/test-utils';

// A warning of Vue is a fault of ours, so it fails the test in which it is given.
config.global.config.warnHandler = (message) => {
	throw new Error(message);
};
