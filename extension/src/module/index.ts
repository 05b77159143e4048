import { defineModule } from '@directus/extensions-sdk';
import FormPage from './form/form-page.vue';
import { forgetForm } from './form/kept-form';
import HistoryPage from './history/history-page.vue';
import RunPage from './run/run-page.vue';
import { forgetTokens } from './run/typed-tokens';

export default defineModule({
	id: 'migration',
	name: 'Migration',
	icon: 'move_up',
	preRegisterCheck: (user) => {
		// Runs at each login. The next user of this window must not get the tokens of the last one.
		forgetTokens();
		forgetForm();
		return user.admin_access === true;
	},
	routes: [
		{ name: 'migration-form', path: '', component: FormPage },
		{ name: 'migration-history', path: 'runs', component: HistoryPage },
		{ name: 'migration-run', path: 'runs/:id', component: RunPage, props: true },
	],
});
