import { follow } from './tell.ts'

follow([
  'docs/api.md',
  'docs/controls.md',
  'docs/security.md',
  'docs/deploying.md',
  'docs/hosted-service.md',
  'CONTRIBUTING.md',
])
