import { useApi } from '@directus/extensions-sdk';
import { ref } from 'vue';

interface File {
	title: string | null;
	filename_download: string;
	type: string | null;
}

/** A file of this project: its name, and whether it is an image. Null until both are known. */
export function useFile(id: string) {
	const api = useApi();
	const file = ref<{ name: string; isImage: boolean } | null>(null);

	async function load() {
		try {
			const params = { fields: 'title,filename_download,type' };
			const { data } = await api.get<{ data: File }>(`/files/${id}`, { params });
			const { title, filename_download, type } = data.data;
			file.value = { name: title ?? filename_download, isImage: /^image\//.test(type ?? '') };
		} catch {
			// It is no longer there. Its id is shown.
		}
	}

	void load();
	return file;
}
