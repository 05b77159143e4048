import { defineModule } from '@directus/extensions-sdk';
import FormPage from './form/form-page.vue';
import HistoryPage from './history/history-page.vue';
import RunPage from './run/run-page.vue';

export default defineModule({
	id: 'migration',
	name: 'Migration',
	icon: 'move_up',
	preRegisterCheck: (user) => user.admin_access === true,
	routes: [
		{ name: 'migration-form', path: '', component: FormPage },
		{ name: 'migration-history', path: 'runs', component: HistoryPage },
		{ name: 'migration-run', path: 'runs/:id', component: RunPage, props: true },
	],
});
