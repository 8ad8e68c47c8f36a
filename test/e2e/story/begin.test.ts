import { follow } from './tell.ts'

follow(['README.md', 'docs/getting-started.md', 'docs/requirements.md', 'docs/docker.md'])
